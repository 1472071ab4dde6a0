/** So many at a time; what is urgent is next. */
export class Turns {
  readonly #max: number
  readonly #urgent: Array<() => void> = []
  readonly #waiting: Array<() => void> = []
  #running = 0

  constructor(max: number) {
    this.#max = max
  }

  async run<T>(isUrgent: boolean, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#max) {
      await new Promise<void>(resolve => (isUrgent ? this.#urgent : this.#waiting).push(resolve))
    } else {
      this.#running++
    }
    try {
      return await work()
    } finally {
      const next = this.#urgent.shift() ?? this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}
