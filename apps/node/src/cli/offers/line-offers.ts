import { hash } from 'node:crypto'
import { MAX_OFFER_BYTES } from './limits.ts'
import { marketName } from './market-name.ts'
import type { Line } from './lines.ts'

export interface LineOffer {
  /** Of the line. */
  number: number
  /** What `POST /v1/offers/import` takes. */
  offer: { market: string; name: string; text: string; contentType: string; ttlMs?: number }
}

/** Of the 43 characters of a sha256: 128 bits. */
const NAME_LENGTH = 22
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Makes offers of lines. Each is offered byte for byte. */
export class LineOffers {
  readonly #market: { market: string } | { field: string }
  readonly #ttlMs: number | undefined
  /** How often a name was given. */
  readonly #given = new Map<string, number>()

  constructor(market: { market: string } | { field: string }, ttlMs?: number) {
    this.#market = market
    this.#ttlMs = ttlMs
  }

  make({ number, bytes, length }: Line): LineOffer | { message: string } {
    if (bytes === undefined) {
      const [is, limit] = [length, MAX_OFFER_BYTES].map(value => value.toLocaleString('en'))
      return { message: `it is ${is} bytes, the limit is ${limit}` }
    }
    try {
      const text = decode(bytes)
      const market = this.#marketOf(parse(text))
      const name = this.#nameOf(bytes)
      return { number, offer: { market, name, text, contentType: 'application/json', ttlMs: this.#ttlMs } }
    } catch (error) {
      return { message: (error as Error).message }
    }
  }

  #marketOf(value: Record<string, unknown>): string {
    if ('market' in this.#market) return this.#market.market
    const { field } = this.#market
    return marketName(Object.hasOwn(value, field) ? value[field] : undefined, field)
  }

  /** The same for the same line each time a file is read, wherever the line has moved to; lines that are equal are counted. */
  #nameOf(bytes: Uint8Array): string {
    const digest = hash('sha256', bytes, 'base64url').slice(0, NAME_LENGTH)
    const count = (this.#given.get(digest) ?? 0) + 1
    this.#given.set(digest, count)
    return count === 1 ? digest : `${digest}.${count}`
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Error('it is not UTF-8')
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Error(`it is not JSON: ${(error as Error).message}`, { cause: error })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is not a JSON object')
  return value as Record<string, unknown>
}
