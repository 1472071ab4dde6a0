import type { EventLog } from '../events/event-log.ts'
import type { Stack } from '@stoa/stack'

type Tor = NonNullable<Stack['tor']>
type Progress = ReturnType<Tor['status']>['bootstrap']

/** Tells of Tor: on standard error while the node waits for it, and as events. Made before there is a Tor to watch. */
export class TorReport {
  readonly #events: EventLog
  readonly #log: (text: string) => void
  readonly #watching = new AbortController()
  #last = ''

  constructor(init: { events: EventLog; log: (text: string) => void }) {
    this.#events = init.events
    this.#log = init.log
  }

  readonly onBootstrap = ({ percent, summary, warning }: Progress): void => {
    this.#events.append({ event: 'tor', state: 'starting', percent, summary, warning })
    this.#say(progressLine({ percent, summary, warning }))
  }

  /** From now on what happens to it is told. How it starts again is, too: it calls back as before. */
  watch(tor: Tor): void {
    const { signal } = this.#watching
    const up = (): void => this.#events.append({ event: 'tor', state: 'up' })
    const reachable = (): void => {
      const { onion } = tor.status()
      this.#events.append({ event: 'tor', state: 'reachable', onion })
      this.#say(`Tor: others can reach this node at ${onion}`)
    }
    tor.addEventListener('up', up, { signal })
    tor.addEventListener('reachable', reachable, { signal })
    tor.addEventListener(
      'down',
      ({ detail: { message } }) => {
        this.#events.append({ event: 'tor', state: 'down', reason: message })
        this.#say(`Tor is down, and is started again: ${message}`)
      },
      { signal },
    )
    // what happened before anybody listened
    const { state, isReachable } = tor.status()
    if (state === 'up') up()
    if (isReachable) reachable()
  }

  close(): void {
    this.#watching.abort()
  }

  /** Each line once. */
  #say(line: string): void {
    if (line !== this.#last) this.#log(line)
    this.#last = line
  }
}

/** `Tor 45 %: loading relay descriptors` */
export function progressLine({ percent, summary, warning }: Progress): string {
  const what = summary.slice(0, 1).toLowerCase() + summary.slice(1)
  return `Tor ${percent} %: ${what}${warning === undefined ? '' : ` (${warning})`}`
}
