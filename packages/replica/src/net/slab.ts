const SLAB_BYTES = 65_536

/** Memory for many small arrays that live about as long: one of its own costs more than what is written to it, and the collector twice that. */
export class Slab {
  #slab = new Uint8Array(SLAB_BYTES)
  #used = 0

  /** Never given twice. */
  readonly allocate = (bytes: number): Uint8Array => {
    if (bytes > SLAB_BYTES / 4) return new Uint8Array(bytes)
    if (this.#used + bytes > SLAB_BYTES) {
      this.#slab = new Uint8Array(SLAB_BYTES)
      this.#used = 0
    }
    const start = this.#used
    this.#used += bytes
    return this.#slab.subarray(start, this.#used)
  }
}
