import { KEY_WORDS, newKey } from './core/key.ts'
import type { Key } from './core/key.ts'

/** spec/reconcile.md §2 */
export const PROTOCOL_VERSION = 0x61

/** spec/reconcile.md §5 */
export const SKIP = 0
export const FINGERPRINT = 1
export const ID_LIST = 2

/** Where a range ends. Its id is sent no longer than it takes to tell two items apart, and sent on as it came. */
export interface WireBound {
  readonly key: Key
  idLength: number
}

export function newBound(): WireBound {
  return { key: newKey(), idLength: 0 }
}

export function copyBound(from: WireBound, into: WireBound): void {
  for (let word = 0; word < KEY_WORDS; word++) into.key[word] = from.key[word]!
  into.idLength = from.idLength
}
