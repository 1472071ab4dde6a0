import { BroadcastError, MAX_NAME_LENGTH } from '@stoa/broadcast'
import { MeasureError } from '../errors.ts'
import { probeCodec } from './protocol.ts'
import type { Message, Topic, Verdict } from '@stoa/broadcast'
import type { MeasureComponents } from '../components.ts'
import type { SizedProbe } from './protocol.ts'

export type ProbeTopic = Topic<SizedProbe>

/** spec/measure.md §2: as names of broadcast.md §2. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/

export interface MeasuredTopicsInit {
  network: string
  broadcast: MeasureComponents['broadcast']
  onProbe: (
    name: string,
    topic: ProbeTopic,
    probe: SizedProbe,
    author: NonNullable<Message<SizedProbe>['from']>,
  ) => Verdict
}

/** The measuring topics that are open, each for as long as somebody holds it. */
export class MeasuredTopics {
  readonly #init: MeasuredTopicsInit
  readonly #holders = new Map<string, number>()
  readonly #open = new Map<string, ProbeTopic>()
  #isStarted = false

  constructor(init: MeasuredTopicsInit) {
    this.#init = init
  }

  get names(): string[] {
    return [...this.#holders.keys()]
  }

  /** @throws {MeasureError} `bad-topic`, `too-many-topics`, `unsupported-key` */
  hold(name: string): Disposable {
    if (name.length > MAX_NAME_LENGTH || !NAME.test(name)) {
      throw new MeasureError('bad-topic', `${JSON.stringify(name.slice(0, MAX_NAME_LENGTH))} is no name of a topic`)
    }
    if (this.#isStarted) this.#opened(name)
    this.#holders.set(name, (this.#holders.get(name) ?? 0) + 1)
    let isHeld = true
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return
        isHeld = false
        const left = this.#holders.get(name)! - 1
        if (left > 0) this.#holders.set(name, left)
        else {
          this.#holders.delete(name)
          this.#close(name)
        }
      },
    }
  }

  /** Of a topic that is held, while started. */
  get(name: string): ProbeTopic | undefined {
    return this.#open.get(name)
  }

  /** Of a topic that is held, even if it could not be opened at the start. @throws {MeasureError} as `hold` */
  open(name: string): ProbeTopic {
    this.#opened(name)
    return this.#open.get(name)!
  }

  /** Opens those that are held. What cannot be opened is told, and left. */
  start(onFailed: (name: string, error: Error) => void): void {
    this.#isStarted = true
    for (const name of this.#holders.keys()) {
      try {
        this.#opened(name)
      } catch (error) {
        onFailed(name, error as Error)
      }
    }
  }

  stop(): void {
    this.#isStarted = false
    for (const name of this.#open.keys()) this.#close(name)
  }

  #opened(name: string): void {
    if (this.#open.has(name)) return
    const { network, broadcast, onProbe } = this.#init
    try {
      const topic: ProbeTopic = broadcast.topic(name, probeCodec, {
        wireTopic: `/stoa/${network}/measure/${name}`,
        signed: true,
        validate: (probe, { from }) => (from === undefined ? 'reject' : onProbe(name, topic, probe, from)),
      })
      this.#open.set(name, topic)
    } catch (error) {
      throw fromBroadcast(error)
    }
  }

  #close(name: string): void {
    const topic = this.#open.get(name)
    this.#open.delete(name)
    void topic?.close()
  }
}

/** In our words. */
export function fromBroadcast(error: unknown): MeasureError {
  const cause = error as Error
  if (!(cause instanceof BroadcastError)) return new MeasureError('failed', cause.message, { cause })
  switch (cause.code) {
    case 'too-many-topics':
    case 'unsupported-key':
    case 'bad-topic':
    case 'not-started':
    case 'aborted':
      return new MeasureError(cause.code, cause.message, { cause })
    case 'closed':
      return new MeasureError('not-started', cause.message, { cause })
    default:
      return new MeasureError('failed', cause.message, { cause })
  }
}
