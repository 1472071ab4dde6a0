import { measure, median } from './against.ts'
import type { PeerName } from './peers/by-name.ts'

export interface Paired {
  ours: number
  theirs: Record<string, number>
  /** Median over the rounds of ours / theirs, each taken one right after the other: the machine's speed drifts, their ratio less. */
  ratio: Record<string, number>
}

export async function paired(what: string, peers: PeerName[], rounds: number): Promise<Paired> {
  const ours: number[] = []
  const theirs = Object.fromEntries(peers.map(peer => [peer, [] as number[]]))
  const ratios = Object.fromEntries(peers.map(peer => [peer, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    const own = await measure('stoa', what)
    ours.push(own)
    for (const peer of peers) {
      const other = await measure(peer, what)
      theirs[peer]!.push(other)
      ratios[peer]!.push(own / other)
    }
    console.error(
      `  ${what} round ${round + 1}/${rounds}: ${[own, ...peers.map(peer => theirs[peer]!.at(-1)!)].map(Math.round).join(' / ')}`,
    )
  }
  const medians = (values: Record<string, number[]>): Record<string, number> =>
    Object.fromEntries(Object.entries(values).map(([peer, list]) => [peer, median(list)]))
  return { ours: median(ours), theirs: medians(theirs), ratio: medians(ratios) }
}
