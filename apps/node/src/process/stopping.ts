/** Closing must be done after this, in ms: supervisors kill at 10 s, and the promise to users is 5 s. */
const CLOSE_TIMEOUT_MS = 4_500
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Stopping {
  /** Resolves at the first signal; the second ends the process at once. */
  readonly asked: Promise<NodeJS.Signals>
  /** Whether it was asked for already. */
  readonly isAsked: boolean
}

/** Watches for signals, from before anything is opened. */
export function watchSignals(log: (text: string) => void): Stopping {
  const asked = Promise.withResolvers<NodeJS.Signals>()
  let isAsked = false
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (isAsked) process.exit(1)
      isAsked = true
      asked.resolve(name)
      setTimeout(() => {
        log(`still not closed ${CLOSE_TIMEOUT_MS} ms after ${name}, giving up`)
        process.exit(1)
      }, CLOSE_TIMEOUT_MS).unref()
    })
  }
  return {
    asked: asked.promise,
    get isAsked() {
      return isAsked
    },
  }
}
