/**
 * How many peers a message goes to in full. Chosen from runs of 1,000 nodes (docs/decisions/0014-mesh.md): with near peers
 * preferred a mesh of 4 to 6 is as fast as one of 6 to 12 without, at half the copies.
 */
export const MESH = {
  D: 4,
  Dlo: 4,
  Dhi: 6,
  /** Of D, kept for their score; the others at random, so that nobody fills a mesh by being near. */
  Dscore: 3,
  Dout: 1,
  /** Every so many heartbeats a mesh tries peers that score better than its median. */
  opportunisticGraftTicks: 10,
  opportunisticGraftPeers: 1,
} as const

/** The bounds that go with a number of mesh peers, where only that is given. gossipsub wants Dout < Dlo and Dout <= D / 2. */
export function meshOf(D: number): { D: number; Dlo: number; Dhi: number; Dscore: number; Dout: number } {
  return {
    D,
    Dlo: D,
    Dhi: Math.ceil(1.5 * D),
    Dscore: Math.max(0, D - 1),
    Dout: Math.min(MESH.Dout, Math.floor(D / 2)),
  }
}
