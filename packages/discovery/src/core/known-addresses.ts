import type { HeardPeer, KnownAddress, TriedAddress } from './model.ts'

/** Of the addresses of one peer, this many may be unsigned beside signed ones: enough for a LAN address that changed. */
const UNSIGNED_BESIDE_SIGNED = 2

/**
 * What we know of a peer's addresses after hearing of it once more. Signed addresses replace what was signed before;
 * where we have reached the peer stays; unsigned ones fill what is left, newest first, and never push out a signed one.
 */
export function mergeAddresses(
  known: readonly KnownAddress[],
  heard: HeardPeer,
  options: { signed: boolean; max: number },
): KnownAddress[] {
  const before = new Map(known.map(entry => [entry.address, entry]))
  const fresh = heard.addresses.map((address): KnownAddress => ({
    ...(before.get(address) ?? { address, failures: 0 }),
    certified: options.signed || (before.get(address)?.certified ?? false),
  }))
  const named = new Set(heard.addresses)
  const others = known
    .filter(entry => !named.has(entry.address))
    .map(entry => (options.signed ? { ...entry, certified: false } : entry))

  // hearsay about a signed address must not move it ahead of its fellows
  const all = options.signed
    ? [...fresh, ...others]
    : [...known.filter(entry => entry.certified), ...[...fresh, ...others].filter(entry => !entry.certified)]
  const signed = all.filter(entry => entry.certified)
  const reached = all.filter(entry => !entry.certified && entry.lastSuccessMs !== undefined)
  const unsigned = all.filter(entry => !entry.certified && entry.lastSuccessMs === undefined)
  const roomForSigned = unsigned.length > 0 ? Math.max(1, options.max - UNSIGNED_BESIDE_SIGNED) : options.max
  const firm = [...signed.slice(0, roomForSigned), ...reached].slice(0, roomForSigned)
  return [...firm, ...unsigned.slice(0, options.max - firm.length)]
}

/** In which order to try: where it last worked, then what failed least, then what the peer signed. */
export function dialOrder(known: readonly KnownAddress[]): KnownAddress[] {
  return known.toSorted(
    (a, b) =>
      (b.lastSuccessMs ?? 0) - (a.lastSuccessMs ?? 0) ||
      a.failures - b.failures ||
      Number(b.certified) - Number(a.certified),
  )
}

/** The addresses after a dial: a foreign identity takes the address away, a failure counts, being refused by our own gater does not. */
export function afterTrying(known: readonly KnownAddress[], tried: readonly TriedAddress[]): KnownAddress[] {
  const outcomes = new Map(tried.map(({ address, outcome }) => [address, outcome]))
  return known
    .filter(({ address }) => outcomes.get(address) !== 'wrong-identity' && outcomes.get(address) !== 'self')
    .map(entry => (outcomes.get(entry.address) === 'unreachable' ? { ...entry, failures: entry.failures + 1 } : entry))
}

/** Notes that the peer was reached at an address, whether we knew it or not. */
export function afterReaching(
  known: readonly KnownAddress[],
  address: string,
  nowMs: number,
  max: number,
): KnownAddress[] {
  const before = known.find(entry => entry.address === address)
  const reached = { address, certified: before?.certified ?? false, lastSuccessMs: nowMs, failures: 0 }
  return [reached, ...known.filter(entry => entry.address !== address)].slice(0, max)
}
