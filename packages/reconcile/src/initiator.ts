import { answerRanges } from './answer.ts'
import { Differences } from './differences.ts'
import { ReconcileError } from './errors.ts'
import { MessageReader } from './message-reader.ts'
import { resolveOptions } from './options.ts'
import { END, RangeWriter } from './range-writer.ts'
import type { Found } from './differences.ts'
import type { ReconcileOptions, ResolvedOptions } from './options.ts'
import type { ReconcileTree } from './reconcile-tree.ts'

/** What one message of the peer told. */
export interface Round extends Found {
  /** What to send next; undefined when all differences are known. */
  message: Uint8Array | undefined
}

/** The side that begins a session, and learns what either side lacks. One for a session. */
export class Initiator {
  readonly #tree: ReconcileTree
  readonly #options: ResolvedOptions
  #state: 'new' | 'open' | 'done' = 'new'
  #rounds = 0
  readonly #differences: Differences

  /** @throws {TypeError} for an option that makes no sense */
  constructor(tree: ReconcileTree, options?: ReconcileOptions) {
    this.#tree = tree
    this.#options = resolveOptions(options)
    this.#differences = new Differences(tree.sums, this.#options.maxHave)
  }

  /** Messages of the peer so far. A peer that lies can go on for ever: end the session at a number that honest peers do not reach. */
  get rounds(): number {
    return this.#rounds
  }

  get isDone(): boolean {
    return this.#state === 'done'
  }

  /**
   * The first message.
   * @throws {ReconcileError} `bad-state` when called again
   */
  open(): Uint8Array {
    if (this.#state !== 'new') throw new ReconcileError('bad-state', 'open() was called already')
    this.#state = 'open'
    const ranges = new RangeWriter(this.#tree)
    ranges.split(0, this.#tree.size, END)
    return ranges.message.finish()
  }

  /**
   * Takes an answer of the peer. The set may have changed since the last one: at worst an id is reported that is known by now, or left to a later session.
   * @throws {ReconcileError} `malformed`, `too-large`, `limit` or `unsupported-version`: end the session. `bad-state` before `open()` and after the end.
   */
  next(message: Uint8Array): Round {
    if (this.#state !== 'open')
      throw new ReconcileError(
        'bad-state',
        this.#state === 'new' ? 'next() was called before open()' : 'the session is over',
      )
    const round: Round = { message: undefined, have: [], need: [], omitted: 0 }
    const reader = new MessageReader(message, this.#options)
    this.#rounds++
    if (!reader.readVersion())
      throw new ReconcileError(
        'unsupported-version',
        `the peer speaks version ${message[0]! - 0x60} of the protocol, we speak 1`,
      )
    const answer = answerRanges(this.#tree, reader, this.#options.frameLimitBytes, ids =>
      this.#differences.compare(ids, round),
    )
    // nothing but the version: no range is left to talk about
    if (answer.length === 1) this.#state = 'done'
    else round.message = answer
    return round
  }
}
