/** spec/offers.md §2: the spaces of the family `offers`, one a market. */
export const OFFERS_FAMILY = 'offers'
const PREFIX = `${OFFERS_FAMILY}/`

export const MAX_MARKET_BYTES = 120
export const MAX_NAME_BYTES = 64
/** As the spaces of spec/records.md §2: segments that begin with a letter or digit, single slashes between. */
const MARKET = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/

export function isMarket(name: string): boolean {
  return name.length <= MAX_MARKET_BYTES && MARKET.test(name)
}

export function spaceOf(market: string): string {
  return PREFIX + market
}

/** Undefined when it is no market's. */
export function marketOfSpace(space: string): string | undefined {
  const market = space.startsWith(PREFIX) ? space.slice(PREFIX.length) : ''
  return isMarket(market) ? market : undefined
}

/** What `groupOf` of @stoa/record made of a market's space and an owner. */
export function readGroup(group: string): { market: string; owner: string } {
  const space = group.indexOf(' ')
  return { market: group.slice(PREFIX.length, space), owner: group.slice(space + 1) }
}
