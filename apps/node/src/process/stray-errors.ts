/**
 * Errors of connections that end while nobody waits for them: libp2p 3.3 throws them from timers and event handlers when a
 * stream closes under a write (by `error.name`), and Node from sockets (by `error.code`).
 */
const EXPECTED_NAMES = new Set([
  'AbortError',
  'ConnectionClosedError',
  'ConnectionClosingError',
  'MuxerClosedError',
  'StreamAbortedError',
  'StreamClosedError',
  'StreamResetError',
  'StreamStateError',
  'TimeoutError',
  'UnexpectedEOFError',
])
const EXPECTED_CODES = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE'])

/** More bugs than this within a minute, and the state of the process is not worth keeping. */
const MAX_UNEXPECTED_PER_MINUTE = 20
const MINUTE_MS = 60_000

export interface StrayErrorsInit {
  /** One line, or a stack for a bug. */
  log: (text: string) => void
  /** Too many bugs in a row. */
  giveUp: () => void
  nowMs?: () => number
}

/** Counts what nothing in the process caught: a peer that hangs up must not end the node, and a bug must not go unseen. */
export class StrayErrors {
  readonly counts = { expected: 0, unexpected: 0 }
  readonly #init: Required<StrayErrorsInit>
  #recentMs: number[] = []

  constructor(init: StrayErrorsInit) {
    this.#init = { nowMs: Date.now, ...init }
  }

  /** Catches what reaches the process, until it is disposed. */
  watch(): Disposable {
    const onError = (error: unknown): void => this.add(error)
    process.on('uncaughtException', onError)
    process.on('unhandledRejection', onError)
    return {
      [Symbol.dispose]: () => {
        process.off('uncaughtException', onError)
        process.off('unhandledRejection', onError)
      },
    }
  }

  add(error: unknown): void {
    if (isExpected(error)) {
      this.counts.expected++
      this.#init.log(`a connection ended badly: ${(error as Error).name}: ${(error as Error).message}`)
      return
    }
    this.counts.unexpected++
    const what = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error)
    this.#init.log(`unexpected error, please report it:\n${what}`)
    const nowMs = this.#init.nowMs()
    this.#recentMs = [...this.#recentMs.filter(atMs => nowMs - atMs < MINUTE_MS), nowMs]
    if (this.#recentMs.length > MAX_UNEXPECTED_PER_MINUTE) this.#init.giveUp()
  }
}

function isExpected(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return EXPECTED_NAMES.has(error.name) || EXPECTED_CODES.has((error as NodeJS.ErrnoException).code ?? '')
}
