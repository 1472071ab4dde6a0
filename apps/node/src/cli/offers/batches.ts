export interface BatchesInit<T> {
  maxItems: number
  maxBytes: number
  /** Batches under way at one time. */
  maxUnderWay: number
  send: (batch: T[]) => Promise<void>
}

/** Collects what is added and sends it in batches, a few at a time: while one is stored the next is read and travels. */
export class Batches<T> {
  readonly #init: BatchesInit<T>
  #batch: T[] = []
  #bytes = 0
  readonly #underWay: Array<Promise<void>> = []

  constructor(init: BatchesInit<T>) {
    this.#init = init
  }

  /** Resolves when more may be added. @throws what `send` threw for an earlier one. */
  async add(item: T, bytes: number): Promise<void> {
    this.#batch.push(item)
    this.#bytes += bytes
    if (this.#batch.length >= this.#init.maxItems || this.#bytes >= this.#init.maxBytes) await this.#send()
  }

  /** Sends what is left, and waits for all. */
  async finish(): Promise<void> {
    await this.#send()
    await Promise.all(this.#underWay)
  }

  /** Waits for what is under way, whatever becomes of it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  async #send(): Promise<void> {
    if (this.#batch.length === 0) return
    const sending = this.#init.send(this.#batch)
    // told by the await of it
    sending.catch(() => {})
    this.#underWay.push(sending)
    this.#batch = []
    this.#bytes = 0
    while (this.#underWay.length >= this.#init.maxUnderWay) {
      await this.#underWay[0]
      void this.#underWay.shift()
    }
  }
}
