export interface Candidate {
  readonly peer: string
  readonly proven: boolean
  readonly network: string
}

/**
 * Whom to dial next. A coin weighted by `provenShare` decides between peers that we have reached before and ones that
 * we have only heard of (only dialling the former would let an early attacker stay for ever; only the latter, a flood
 * of junk keep us alone). Within those it prefers the network of which we have fewest, and then draws.
 * A preference, never an exclusion: while there is any candidate, one is chosen.
 */
export function choose<T extends Candidate>(
  candidates: readonly T[],
  occupied: ReadonlyMap<string, number>,
  provenShare: number,
  draw: () => number,
): T | undefined {
  const wantProven = draw() < provenShare
  const preferred = candidates.filter(candidate => candidate.proven === wantProven)
  const pool = preferred.length > 0 ? preferred : candidates
  const fewest = Math.min(...pool.map(({ network }) => occupied.get(network) ?? 0))
  const best = pool.filter(({ network }) => (occupied.get(network) ?? 0) === fewest)
  return best[Math.floor(draw() * best.length)]
}

/** `count` of the items, each as likely as any other (a partial Fisher-Yates shuffle). */
export function sample<T>(items: readonly T[], count: number, draw: () => number): T[] {
  const pool = [...items]
  const wanted = Math.min(count, pool.length)
  for (let at = 0; at < wanted; at++) {
    const other = at + Math.floor(draw() * (pool.length - at))
    const [here, there] = [pool[at] as T, pool[other] as T]
    pool[at] = there
    pool[other] = here
  }
  return pool.slice(0, wanted)
}
