/** Secret odd multipliers: keys are hashes that strangers choose, so where they fall in a table must not be theirs to know. */
export interface Salt {
  readonly first: number
  readonly second: number
  readonly third: number
}

/** Bytes of what it finds: ids and keys. */
export const ID_BYTES = 32

const EMPTY = -1

/**
 * From 32 bytes to a slot, by open addressing: 8 to 16 bytes an entry, where a Map keyed by text takes 150.
 * The bytes are in a column that the owner of the slots keeps.
 */
export class SlotTable {
  readonly #salt: Salt
  #slots = new Int32Array(1024).fill(EMPTY)
  #column: Uint8Array
  #size = 0

  constructor(salt: Salt, column: Uint8Array) {
    this.#salt = salt
    this.#column = column
  }

  /** The column was moved to a larger array. */
  moved(column: Uint8Array): void {
    this.#column = column
  }

  find(bytes: Uint8Array): number | undefined {
    const mask = this.#slots.length - 1
    for (let at = this.#hash(bytes, 0) & mask; ; at = (at + 1) & mask) {
      const slot = this.#slots[at]!
      if (slot === EMPTY) return undefined
      if (this.#holds(slot, bytes)) return slot
    }
  }

  /** The bytes of the slot must not be in the table. */
  insert(slot: number): void {
    if (++this.#size * 2 > this.#slots.length) this.#grow()
    this.#put(slot)
  }

  /** While the column still has the slot’s bytes. */
  delete(slot: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let hole = this.#hash(this.#column, slot * ID_BYTES) & mask
    while (slots[hole] !== slot) hole = (hole + 1) & mask
    this.#size--
    // those behind it move up, so that no search ends at the hole (Knuth, TAOCP 3, 6.4, algorithm R)
    for (let at = (hole + 1) & mask; slots[at] !== EMPTY; at = (at + 1) & mask) {
      const home = this.#hash(this.#column, slots[at]! * ID_BYTES) & mask
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        slots[hole] = slots[at]!
        hole = at
      }
    }
    slots[hole] = EMPTY
  }

  #put(slot: number): void {
    const mask = this.#slots.length - 1
    let at = this.#hash(this.#column, slot * ID_BYTES) & mask
    while (this.#slots[at] !== EMPTY) at = (at + 1) & mask
    this.#slots[at] = slot
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2).fill(EMPTY)
    for (const slot of old) if (slot !== EMPTY) this.#put(slot)
  }

  #holds(slot: number, bytes: Uint8Array): boolean {
    const start = slot * ID_BYTES
    for (let index = 0; index < ID_BYTES; index++) {
      if (this.#column[start + index] !== bytes[index]) return false
    }
    return true
  }

  #hash(bytes: Uint8Array, at: number): number {
    const { first, second, third } = this.#salt
    const mixed =
      (Math.imul(word(bytes, at), first) + Math.imul(word(bytes, at + 4), second)) ^
      Math.imul(word(bytes, at + 8), third)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}
