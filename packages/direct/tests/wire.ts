import { Frame } from '../src/gen/direct.js'

/** A frame as the generated code writes it, with its length before it: what a peer in another language sends. */
export function frame(fields: Partial<Frame>): Uint8Array {
  return prefixed(Frame.encode(fields))
}

export function prefixed(body: Uint8Array): Uint8Array {
  return concat(lengthPrefix(body.byteLength), body)
}

/** An unsigned varint: spec/framing.md. */
export function lengthPrefix(length: number): Uint8Array {
  const bytes: number[] = []
  for (; length >= 0x80; length = Math.floor(length / 128)) bytes.push((length & 0x7f) | 0x80)
  return Uint8Array.from([...bytes, length])
}

export function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.byteLength
  }
  return all
}

export function utf8(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value)
}
