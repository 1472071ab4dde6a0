// spec/framing.md and spec/direct.md §3

export const KIND = { REQUEST: 0, RESPONSE: 1, ITEM: 2, END: 3, ERROR: 4, CANCEL: 5, CREDIT: 6, NOTIFY: 7 } as const

export interface Frame {
  kind: number
  id: number
  credit: number
  error: number
  payload: Uint8Array
}

const NUMBERS = ['kind', 'id', 'credit', 'error'] as const
const PAYLOAD_TAG = (5 << 3) | 2

/** With its length before it. */
export function encodeFrame(frame: Partial<Frame>): Uint8Array {
  const parts: Uint8Array[] = []
  NUMBERS.forEach((name, index) => {
    const value = frame[name] ?? 0
    if (value !== 0) parts.push(varint((index + 1) << 3), varint(value))
  })
  const { payload } = frame
  if (payload !== undefined && payload.length > 0) {
    parts.push(varint(PAYLOAD_TAG), varint(payload.length), payload)
  }
  const body = Buffer.concat(parts)
  return new Uint8Array(Buffer.concat([varint(body.length), body]))
}

/** @throws {RangeError} when the bytes are no frame */
export function decodeFrame(body: Uint8Array): Frame {
  const frame: Frame = { kind: 0, id: 0, credit: 0, error: 0, payload: new Uint8Array(0) }
  let at = 0
  const next = (): number => {
    const [value, length] = readVarint(body, at)
    at += length
    return value
  }
  while (at < body.length) {
    const tag = next()
    const name = NUMBERS[(tag >> 3) - 1]
    if ((tag & 7) === 0) {
      const value = next()
      if (name !== undefined) frame[name] = value
    } else if ((tag & 7) === 2) {
      const length = next()
      if (tag === PAYLOAD_TAG) frame.payload = body.slice(at, at + length)
      at += length
    } else throw new RangeError(`wire type ${tag & 7}`)
  }
  if (at > body.length) throw new RangeError('cut off')
  return frame
}

/** The frames of a stream, as they become whole. */
export async function* readFrames(source: AsyncIterable<{ subarray(): Uint8Array }>): AsyncGenerator<Frame> {
  let held = Buffer.alloc(0)
  for await (const chunk of source) {
    held = Buffer.concat([held, chunk.subarray()])
    for (;;) {
      const prefix = wholePrefix(held)
      if (prefix === undefined) break
      const [length, prefixBytes] = prefix
      if (held.length < prefixBytes + length) break
      yield decodeFrame(new Uint8Array(held.subarray(prefixBytes, prefixBytes + length)))
      held = held.subarray(prefixBytes + length)
    }
  }
  if (held.length > 0) throw new RangeError('the stream ends in the middle of a frame')
}

function wholePrefix(held: Uint8Array): [value: number, length: number] | undefined {
  return held.subarray(0, 4).some(byte => byte < 0x80) ? readVarint(held, 0) : undefined
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80)
  return Uint8Array.from([...bytes, value])
}

function readVarint(bytes: Uint8Array, at: number): [value: number, length: number] {
  let value = 0
  for (let length = 1; length <= 5; length++) {
    const byte = bytes[at + length - 1]
    if (byte === undefined) throw new RangeError('cut off')
    value += (byte & 0x7f) * 128 ** (length - 1)
    if (byte < 0x80) return [value, length]
  }
  throw new RangeError('a varint of more than five bytes')
}
