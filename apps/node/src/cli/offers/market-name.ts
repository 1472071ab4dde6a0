// Said here again, since @stoa/offers is too dear to load for it; a test compares them.
/** spec/offers.md §2, in characters. */
export const MAX_MARKET_LENGTH = 120
const MARKET = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/

/**
 * The market that a field of somebody's data names: in lower case, with a `-` for white space. Nothing else is guessed at, so that two
 * names never become one by surprise.
 * @throws {Error} for what cannot be one
 */
export function marketName(value: unknown, field: string): string {
  if (value === undefined) throw new Error(`it has no field ${JSON.stringify(field)}`)
  if (typeof value !== 'string') throw new Error(`${field} is ${show(value)}; a market is a text`)
  const name = value.trim().toLowerCase().replaceAll(/\s+/g, '-')
  if (!MARKET.test(name) || name.length > MAX_MARKET_LENGTH) {
    throw new Error(
      `${field} is ${show(value)}; a market takes up to ${MAX_MARKET_LENGTH} of a-z, 0-9 and "._-", in segments with "/" between`,
    )
  }
  return name
}

function show(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
