import { measure } from './against.ts'
import type { PeerName } from './peers/by-name.ts'

/** A figure of each round: ours and the peers', each taken one right after the other. */
export interface Paired {
  ours: number[]
  theirs: Record<string, number[]>
}

export async function paired(what: string, peers: PeerName[], rounds: number): Promise<Paired> {
  const ours: number[] = []
  const theirs = Object.fromEntries(peers.map(peer => [peer, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    ours.push(await measure('stoa', what))
    for (const peer of peers) theirs[peer]!.push(await measure(peer, what))
    const figures = [ours, ...Object.values(theirs)].map(each => Math.round(each.at(-1)!))
    console.error(`  ${what} round ${round + 1}/${rounds}: ${figures.join(' / ')}`)
  }
  return { ours, theirs }
}
