/** Digits that a u64, given as two words, takes: as few as possible. */
export function varintLength(high: number, low: number): number {
  if (high === 0) {
    if (low < 0x80) return 1
    if (low < 0x4000) return 2
    if (low < 0x20_0000) return 3
    return low < 0x1000_0000 ? 4 : 5
  }
  const bits = 64 - Math.clz32(high)
  return Math.ceil(bits / 7)
}

/** Writes a u64 as `length` digits of base 128, the most significant first; all but the last have the highest bit set. */
export function encodeVarint(high: number, low: number, into: Uint8Array, at: number, length: number): void {
  let rest = low
  let above = high
  for (let index = at + length - 1; index >= at; index--) {
    into[index] = (rest & 0x7f) | (index === at + length - 1 ? 0 : 0x80)
    rest = (rest >>> 7) | (above << 25)
    above >>>= 7
  }
}
