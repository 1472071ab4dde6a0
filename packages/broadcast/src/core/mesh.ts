/**
 * How many peers a message goes to in full. Chosen from runs of 1,000 nodes (docs/decisions/0014-mesh.md): with near peers
 * preferred a mesh of 3 to 6 is nearly as fast as one of 4 to 12 without, at two thirds of the copies.
 */
export const MESH = {
  D: 4,
  Dlo: 3,
  Dhi: 6,
  /** Kept for their score. */
  Dscore: 4,
  /** Of connections that we opened: nobody fills a mesh by coming to us and being near. */
  Dout: 1,
  /** Every so many heartbeats a mesh tries peers that score better than its median. */
  opportunisticGraftTicks: 10,
  opportunisticGraftPeers: 2,
  /**
   * How long a peer is not asked again that refused us or that we let go, in ms. With a minute, gossipsub's own, a node whose neighbours are
   * full waits that long with one or two peers.
   */
  pruneBackoff: 15_000,
  /** A shorter message is under way everywhere before the word that it is not wanted: that would only cost frames, in bytes. */
  idontwantMinDataSize: 16_384,
} as const

/** The bounds that go with a number of mesh peers, where only that is given. gossipsub wants Dout < Dlo and Dout <= D / 2. */
export function meshOf(D: number): { D: number; Dlo: number; Dhi: number; Dscore: number; Dout: number } {
  return {
    D,
    Dlo: Math.ceil(0.75 * D),
    Dhi: Math.ceil(1.5 * D),
    Dscore: D,
    Dout: Math.min(MESH.Dout, Math.floor(D / 2)),
  }
}
