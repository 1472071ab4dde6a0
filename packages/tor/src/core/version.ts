/**
 * The oldest Tor that will do: 0.4.7 (2022) has congestion control and vanguards against attacks on onion services. No
 * older one is looked after by its authors.
 */
export const OLDEST = [0, 4, 7] as const
/** The first that takes PoWDefensesEnabled in ADD_ONION. */
export const WITH_POW = [0, 4, 9] as const

/** `0.4.9.11`, `Tor version 0.4.8.1-alpha (git-…).` */
export function parseVersion(text: string): number[] | undefined {
  const match = /(\d+)\.(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)
  return match?.slice(1).map(part => Number(part ?? 0))
}

export function isAtLeast(version: readonly number[], least: readonly number[]): boolean {
  for (const [index, part] of least.entries()) {
    const own = version[index] ?? 0
    if (own !== part) return own > part
  }
  return true
}
