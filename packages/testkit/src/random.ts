export type Seed = number | string

/** A stream of seeded randomness. The same seed gives the same values, on every machine. Never for keys that protect anything. */
export interface Random {
  readonly seed: Seed
  /** 0 to 2^32 - 1 */
  uint32(): number
  /** 0 (included) to 1 (excluded) */
  next(): number
  /** `min` to `max`, both included, without modulo bias */
  int(min: number, max: number): number
  /** true with the given probability */
  chance(probability: number): boolean
  pick<T>(values: readonly T[]): T
  /** A shuffled copy. */
  shuffle<T>(values: readonly T[]): T[]
  bytes(length: number): Uint8Array
  /** An independent stream that depends on the seed and the label only, not on what was drawn before. */
  fork(label: string): Random
}

/** xoshiro128** (Blackman and Vigna 2018), its state filled by splitmix32 from a 32-bit FNV-1a hash of the seed. */
export function random(seed: Seed): Random {
  const uint32 = xoshiro128(stateFrom(String(seed)))
  const below = (bound: number): number => {
    // reject the incomplete last block of 2^32, or low values would come up more often
    const limit = 2 ** 32 - (2 ** 32 % bound)
    let value = uint32()
    while (value >= limit) value = uint32()
    return value % bound
  }
  const next = () => uint32() / 2 ** 32
  const int = (min: number, max: number) => {
    if (!Number.isInteger(min) || !Number.isInteger(max) || max < min || max - min >= 2 ** 32) {
      throw new RangeError(`int(${min}, ${max}): takes two integers, min <= max, less than 2^32 apart`)
    }
    return min + below(max - min + 1)
  }

  return {
    seed,
    uint32,
    next,
    int,
    chance: probability => next() < probability,
    pick: values => {
      if (values.length === 0) throw new RangeError('pick() from an empty list')
      return values[below(values.length)]!
    },
    shuffle: values => {
      const shuffled = [...values]
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = below(last + 1)
        const held = shuffled[last]!
        shuffled[last] = shuffled[other]!
        shuffled[other] = held
      }
      return shuffled
    },
    bytes: length => Uint8Array.from({ length }, () => uint32() >>> 24),
    fork: label => random(`${seed}/${label}`),
  }
}

type State = [number, number, number, number]

/** Exported for its reference vector only. */
export function xoshiro128(state: State): () => number {
  let [a, b, c, d] = state
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotateLeft(d, 11)
    return result
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function stateFrom(seed: string): State {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(seed)) hash = Math.imul(hash ^ byte, 0x01000193)
  const splitmix32 = () => {
    hash = (hash + 0x9e3779b9) | 0
    let mixed = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
  return [splitmix32(), splitmix32(), splitmix32(), splitmix32()]
}
