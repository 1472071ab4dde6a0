/** What one slow reader may hold, by count and by bytes on the wire. Beyond either the oldest are dropped: a reader that fell behind wants the news. */
export class MessageBuffer<T> {
  readonly #maxMessages: number
  readonly #maxBytes: number
  #entries: Array<{ message: T; bytes: number } | undefined> = []
  #head = 0
  #bytes = 0

  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages
    this.#maxBytes = maxBytes
  }

  get length(): number {
    return this.#entries.length - this.#head
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Returns how many older messages had to go. The newest is kept always, so one message may exceed `maxBytes`. */
  push(message: T, bytes: number): number {
    this.#entries.push({ message, bytes })
    this.#bytes += bytes
    let dropped = 0
    while (this.length > 1 && (this.length > this.#maxMessages || this.#bytes > this.#maxBytes)) {
      this.shift()
      dropped++
    }
    return dropped
  }

  shift(): T | undefined {
    const entry = this.#entries[this.#head]
    if (entry === undefined) return undefined
    this.#entries[this.#head++] = undefined
    this.#bytes -= entry.bytes
    // amortised: an array whose first half is spent is cut once
    if (this.#head > 32 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
    return entry.message
  }

  clear(): void {
    this.#entries = []
    this.#head = 0
    this.#bytes = 0
  }
}
