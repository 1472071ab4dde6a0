const encoder = new TextEncoder()

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

export function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** What everything that is hashed, sealed or signed begins with, so that it is nothing else and of no other network. */
export function domain(name: string, network: string): Uint8Array {
  return utf8(`${name}:${network}\0`)
}

/** A field of bytes. */
export function bytesField(tag: number, bytes: Uint8Array): Uint8Array {
  return joined(numberField(tag, bytes.length), bytes)
}

export function numberField(tag: number, value: number): Uint8Array {
  const bytes = [tag]
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Uint8Array.of(...bytes, rest)
}
