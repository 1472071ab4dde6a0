import { setImmediate } from 'node:timers/promises'
import { showOffer } from './shown-offer.ts'
import type { OfferEvent, OffersService, Watch } from '@stoa/offers'
import type { NodeEvent, OfferNodeEvent } from '../events/event.ts'

/** Events between which readers get their turn: a synchronization brings thousands at once, and the log holds the last of them only. */
const EVENTS_PER_TURN = 64

export interface FollowInit {
  offers: Pick<OffersService, 'watch'>
  append: (event: NodeEvent) => void
}

/** Makes what happens to offers events of the node, for as long as somebody follows their market. */
export class OfferFollowers {
  readonly #init: FollowInit
  /** How many follow each market; `undefined` is all of them. */
  readonly #followed = new Map<string | undefined, number>()
  #watch: Watch | undefined

  constructor(init: FollowInit) {
    this.#init = init
  }

  /** Follows a market, or all, until what it returns is disposed. @throws {OffersError} `bad-market` */
  join(market: string | undefined): Disposable {
    // There is one watch for all followers, so that an event that two of them want is told once. This one is for its error alone.
    if (market !== undefined) void this.#init.offers.watch({ market })[Symbol.asyncDispose]()
    this.#followed.set(market, (this.#followed.get(market) ?? 0) + 1)
    if (this.#watch === undefined) {
      this.#watch = this.#init.offers.watch()
      void this.#read(this.#watch)
    }
    let isLeft = false
    return {
      [Symbol.dispose]: () => {
        if (isLeft) return
        isLeft = true
        this.#leave(market)
      },
    }
  }

  close(): void {
    this.#followed.clear()
    this.#stop()
  }

  #leave(market: string | undefined): void {
    const count = (this.#followed.get(market) ?? 0) - 1
    if (count > 0) this.#followed.set(market, count)
    else this.#followed.delete(market)
    if (this.#followed.size === 0) this.#stop()
  }

  #stop(): void {
    void this.#watch?.[Symbol.asyncDispose]()
    this.#watch = undefined
  }

  async #read(watch: Watch): Promise<void> {
    let count = 0
    for await (const event of watch) {
      if (watch !== this.#watch) return
      if (this.#isFollowed(event)) this.#init.append(shown(event))
      if (++count % EVENTS_PER_TURN === 0) await setImmediate()
    }
  }

  #isFollowed(event: OfferEvent): boolean {
    return event.type === 'lagged' || this.#followed.has(undefined) || this.#followed.has(event.market)
  }
}

function shown(event: OfferEvent): OfferNodeEvent {
  if (event.type === 'lagged') return { event: 'offer:lagged', missed: event.missed }
  const { key, market } = event
  const about = { key, market, owner: String(event.owner) }
  switch (event.type) {
    case 'removed':
      return { event: 'offer:removed', ...about, reason: event.reason }
    case 'expired':
      return { event: 'offer:expired', ...about }
    default:
      return { event: `offer:${event.type}`, ...about, offer: showOffer(event.offer) }
  }
}
