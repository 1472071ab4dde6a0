const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** `Uint8Array.toHex` is not in Node 24. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += BYTES[byte]!
  return text
}

/** Of lowercase digits, two a byte; undefined when it is not that. */
export function fromHex(text: string, byteLength: number): Uint8Array | undefined {
  if (text.length !== 2 * byteLength || !/^[0-9a-f]*$/.test(text)) return undefined
  const bytes = new Uint8Array(byteLength)
  for (let at = 0; at < byteLength; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16)
  return bytes
}
