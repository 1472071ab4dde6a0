/** 32 bytes that depend on all of the numbers. Spreads like a hash, and proves nothing: two lanes of murmur3's mixing. */
export function toyHash(...numbers: number[]): Uint8Array {
  let a = 0x9e3779b9
  let b = 0x85ebca6b
  for (const number of numbers) {
    a = mix(a ^ (number >>> 0)) + b
    b = mix(b ^ Math.floor(number / 2 ** 32)) + a
  }
  const hash = new Uint8Array(32)
  for (let at = 0; at < 32; at += 4) {
    a = mix(a + at) + b
    b = mix(b ^ a)
    hash[at] = b
    hash[at + 1] = b >>> 8
    hash[at + 2] = b >>> 16
    hash[at + 3] = b >>> 24
  }
  return hash
}

/** 48 bits of a hash, for Maps of some thousand: two of 10,000 are alike once in five million runs. */
export function shortOf(hash: Uint8Array): number {
  return (
    (hash[0]! | (hash[1]! << 8) | (hash[2]! << 16) | ((hash[3]! & 0x7f) << 24)) +
    (hash[4]! | (hash[5]! << 8)) * 0x80000000
  )
}

function mix(value: number): number {
  let mixed = value | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
