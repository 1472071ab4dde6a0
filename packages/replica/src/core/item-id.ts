import { ID_BYTES } from './slot-table.ts'
import type { Stamp } from './entry.ts'

/** What reconciliation knows an entry by. With xor a set can tell it for a stamp that it held before, without hashing. */
export function itemIdOf(id: Uint8Array, stamp: Stamp | undefined): Uint8Array {
  if (stamp === undefined) return id
  const itemId = new Uint8Array(ID_BYTES)
  for (let index = 0; index < ID_BYTES; index++) itemId[index] = id[index]! ^ stamp.hash[index]!
  return itemId
}
