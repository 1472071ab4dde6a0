/** What differs between Node and browsers. */
export interface Platform {
  sha256(bytes: Uint8Array): Uint8Array
  /** Resolves in a later turn of the event loop, after what waits there for IO. */
  nextTurn(): Promise<void>
  /** Rejects when the disk of a database has no room for it to be opened again. @throws {Error} saying what is missing */
  assertSpace(level: object): Promise<void>
  createMiner(): Miner
}

/** Looks for stamps, one after the other. */
export interface Miner {
  /**
   * The last eight bytes with which the sha256 of `preimage` begins with so many zero bits; it starts from those that are there. No more
   * bits than asked: a version must rank no lower than the one it replaces, and with luck kept each would cost twice the last.
   */
  mine(preimage: Uint8Array, bits: number, signal?: AbortSignal): Promise<Uint8Array>
  close(): Promise<void>
}
