interface EventTargetLike {
  addEventListener(type: string, listener: () => void): void
  removeEventListener(type: string, listener: () => void): void
}

interface EventEmitterLike {
  on(type: string, listener: () => void): unknown
  off(type: string, listener: () => void): unknown
}

/** A target and the events of it that may change the answer. */
export type Watched = readonly [target: EventTargetLike | EventEmitterLike, ...events: string[]]

export interface Changes {
  /** Resolves at the next event, or at the next poll when there is no event to wait for. */
  next(): Promise<void>
  close(): void
}

/** Polling starts with turns of the event loop and slows down to this, so that a long wait costs next to nothing. */
const MAX_POLL_MS = 20
const IMMEDIATE_POLLS = 20

export function watch(sources: readonly Watched[]): Changes {
  return sources.length === 0 ? poll() : listen(sources)
}

function listen(sources: readonly Watched[]): Changes {
  let change = Promise.withResolvers<void>()
  const onEvent = () => {
    change.resolve()
    change = Promise.withResolvers()
  }
  for (const [target, ...events] of sources) {
    for (const event of events) {
      if ('addEventListener' in target) target.addEventListener(event, onEvent)
      else target.on(event, onEvent)
    }
  }
  return {
    next: () => change.promise,
    close: () => {
      for (const [target, ...events] of sources) {
        for (const event of events) {
          if ('removeEventListener' in target) target.removeEventListener(event, onEvent)
          else target.off(event, onEvent)
        }
      }
    },
  }
}

function poll(): Changes {
  let polls = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    next: () => {
      polls++
      if (polls <= IMMEDIATE_POLLS) return new Promise(resolve => setImmediate(resolve))
      return new Promise(resolve => {
        timer = setTimeout(resolve, Math.min(polls - IMMEDIATE_POLLS, MAX_POLL_MS))
      })
    },
    close: () => clearTimeout(timer),
  }
}
