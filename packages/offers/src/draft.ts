import { MAX_NAME_BYTES, isMarket } from './core/market-name.ts'
import { isContentType } from './core/offer-body.ts'
import { OffersError } from './errors.ts'
import { fromHex } from './hex.ts'
import { checkCount } from './options.ts'
import type { NewOffer } from './offer.ts'
import type { OffersOptions } from './options.ts'
import type { Draft } from './own-offers.ts'

const KEY_BYTES = 32
const encoder = new TextEncoder()

/** What a caller wants published, checked. @throws {OffersError} `bad-market`, `bad-name`, `bad-option`, `too-large` */
export function draftOf(offer: NewOffer, { defaultTtlMs, maxTtlMs, maxBodyBytes }: OffersOptions): Draft {
  const { market, name, body, ttlMs = defaultTtlMs, whileOnline = false, contentType = '' } = offer
  checkMarket(market)
  if (name !== undefined) checkName(name)
  checkCount('ttlMs', ttlMs, maxTtlMs)
  if (!isContentType(contentType)) {
    throw new OffersError('bad-option', 'contentType takes at most 100 printable ASCII characters')
  }
  if (!(body instanceof Uint8Array)) throw new OffersError('bad-body', 'body takes a Uint8Array')
  if (body.byteLength > maxBodyBytes) {
    const figures = [body.byteLength, maxBodyBytes].map(figure => figure.toLocaleString('en'))
    throw new OffersError('too-large', `body is ${figures[0]} bytes, the limit of this network is ${figures[1]}`)
  }
  return { market, name, body: { whileOnline, contentType, body }, ttlMs }
}

/** @throws {OffersError} `bad-market` */
export function checkMarket(market: string): string {
  if (typeof market === 'string' && isMarket(market)) return market
  throw new OffersError(
    'bad-market',
    `market is ${JSON.stringify(market)}, it takes 1 to 120 of a-z, 0-9, ".", "_", "-" and "/", each part beginning with a letter or digit`,
  )
}

/** The bytes of a key in hexadecimal. @throws {OffersError} `bad-option` */
export function keyOf(key: string): Uint8Array {
  const bytes = fromHex(key, KEY_BYTES)
  if (bytes !== undefined) return bytes
  throw new OffersError('bad-option', `key is ${JSON.stringify(key.slice(0, 100))}, it takes 64 hexadecimal digits`)
}

function checkName(name: string): void {
  // a lone surrogate has no UTF-8, and would become another name
  const { length } = encoder.encode(name)
  if (length >= 1 && length <= MAX_NAME_BYTES && name.isWellFormed()) return
  throw new OffersError('bad-name', `name is ${length} bytes, it takes 1 to ${MAX_NAME_BYTES} of UTF-8`)
}
