/** The body of an offer's record: spec/offers.md §3. */
export interface OfferBody {
  readonly whileOnline: boolean
  /** Empty when the owner did not say. */
  readonly contentType: string
  readonly body: Uint8Array
}

export const MAX_CONTENT_TYPE_BYTES = 100
/** What a body takes beyond the application's own bytes, at most: 2 for the flag, 102 for the content type, 4 for tag and length of the body. */
export const BODY_OVERHEAD_BYTES = 108

const WHILE_ONLINE = 0x08
const CONTENT_TYPE = 0x12
const BODY = 0x1a
const CONTENT_TYPES = /^[ -~]{0,100}$/

const NO_BODY = new Uint8Array(0)
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

export function isContentType(contentType: string): boolean {
  return CONTENT_TYPES.test(contentType)
}

/** The one encoding that there is: fields in order, what is empty or false left out. */
export function encodeOfferBody({ whileOnline, contentType, body }: OfferBody): Uint8Array {
  const bytes = new Uint8Array(BODY_OVERHEAD_BYTES + body.byteLength)
  let at = 0
  if (whileOnline) {
    bytes[at++] = WHILE_ONLINE
    bytes[at++] = 1
  }
  if (contentType.length > 0) {
    bytes[at++] = CONTENT_TYPE
    bytes[at++] = contentType.length
    encoder.encodeInto(contentType, bytes.subarray(at))
    at += contentType.length
  }
  if (body.byteLength > 0) {
    bytes[at++] = BODY
    let length = body.byteLength
    for (; length >= 128; length = Math.floor(length / 128)) bytes[at++] = (length % 128) | 0x80
    bytes[at++] = length
    bytes.set(body, at)
    at += body.byteLength
  }
  return bytes.subarray(0, at)
}

/** The flag alone, for a body that was read before. */
export function isWhileOnline(bytes: Uint8Array): boolean {
  return bytes[0] === WHILE_ONLINE
}

/**
 * It refuses what is not the one encoding, since two bodies that mean the same would be two versions. The body is a view.
 * @throws {TypeError} saying what is wrong
 */
export function decodeOfferBody(bytes: Uint8Array): OfferBody {
  let at = 0
  let whileOnline = false
  let contentType = ''
  let body: Uint8Array = NO_BODY
  if (bytes[at] === WHILE_ONLINE) {
    if (bytes[at + 1] !== 1) throw new TypeError('while_online is written and not true')
    whileOnline = true
    at += 2
  }
  if (bytes[at] === CONTENT_TYPE) {
    const { start, end } = field(bytes, at, 'content_type')
    if (end - start > MAX_CONTENT_TYPE_BYTES)
      throw new TypeError(`content_type is ${end - start} bytes, the limit is 100`)
    contentType = ascii(bytes.subarray(start, end))
    at = end
  }
  if (bytes[at] === BODY) {
    const { start, end } = field(bytes, at, 'body')
    body = bytes.subarray(start, end)
    at = end
  }
  if (at !== bytes.byteLength) throw new TypeError(`not an offer: unexpected byte at ${at} of ${bytes.byteLength}`)
  return { whileOnline, contentType, body }
}

function field(bytes: Uint8Array, at: number, name: string): { start: number; end: number } {
  let length = 0
  let unit = 1
  let start = at + 1
  // three bytes are 2 MiB, more than any record
  for (; start < at + 4; start++) {
    const byte = bytes[start]
    if (byte === undefined) break
    length += (byte & 0x7f) * unit
    unit *= 128
    if (byte >= 0x80) continue
    if (byte === 0) throw new TypeError(`${name} is empty and written, or its length longer than it need be`)
    const end = start + 1 + length
    if (end > bytes.byteLength) throw new TypeError(`${name} is cut off`)
    return { start: start + 1, end }
  }
  throw new TypeError(`${name} has no length`)
}

function ascii(bytes: Uint8Array): string {
  let text = ''
  try {
    text = decoder.decode(bytes)
  } catch {
    throw new TypeError('content_type is not UTF-8')
  }
  if (!isContentType(text)) throw new TypeError('content_type is not printable ASCII')
  return text
}
