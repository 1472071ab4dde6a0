import { MeasureError } from '@stoa/measure'
import type { MeasureService } from '@stoa/measure'

/**
 * Topics of the application that this node takes part in measurements of, at one time. Each takes one of the 100 topics that broadcast() opens, and
 * the application's own (64) and those of the replicas come first.
 */
export const MAX_MEASURED_TOPICS = 16

/** Takes part in measurements of what this node is on. Being measured is a service to others: a topic works without. */
export class MeasuredTopics {
  readonly #measure: Pick<MeasureService, 'join'> | undefined
  #joined = 0

  /** @param measure - undefined: nothing is measured */
  constructor(measure: Pick<MeasureService, 'join'> | undefined) {
    this.#measure = measure
  }

  /** Until the result is disposed of, which is once. */
  join(topic: string): Disposable {
    const joined = new DisposableStack()
    if (this.#measure === undefined || this.#joined >= MAX_MEASURED_TOPICS) return joined
    try {
      joined.use(this.#measure.join(topic))
    } catch (error) {
      if (error instanceof MeasureError) return joined
      throw error
    }
    this.#joined++
    joined.defer(() => this.#joined--)
    return joined
  }
}
