/** What is to be sent on a stream: js-libp2p 2 takes it as an async iterable. */
export class Outbox implements AsyncIterable<Uint8Array> {
  readonly #frames: Uint8Array[] = []
  #isEnded = false
  #changed = Promise.withResolvers<void>()

  push(frame: Uint8Array): void {
    this.#frames.push(frame)
    this.#changed.resolve()
  }

  end(): void {
    this.#isEnded = true
    this.#changed.resolve()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) yield frame
      else if (this.#isEnded) return
      else {
        await this.#changed.promise
        this.#changed = Promise.withResolvers()
      }
    }
  }
}
