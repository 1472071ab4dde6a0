const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** `Uint8Array.toHex` is not in Node 24. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += BYTES[byte]!
  return text
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
}
