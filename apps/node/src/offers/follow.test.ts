import { peerIdFromString } from '@libp2p/peer-id'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { OfferFollowers } from './follow.ts'
import type { OfferEvent, OfferFilter, OffersService, Watch } from '@stoa/offers'
import type { NodeEvent } from '../events/event.ts'

const owner = peerIdFromString('12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1')
const expired = (key: string, market: string): OfferEvent => ({ type: 'expired', key, market, owner })

function fakeOffers() {
  const open = new Set<ReturnType<typeof fakeWatch>>()
  const watch = (filter: OfferFilter = {}): Watch => {
    if (filter.market === 'BAD') throw new Error('bad market')
    const made = fakeWatch(() => open.delete(made))
    if (filter.market === undefined) open.add(made)
    return made as unknown as Watch
  }
  return {
    open,
    watch: watch as OffersService['watch'],
    tell: (event: OfferEvent) => open.forEach(one => one.push(event)),
  }
}

function fakeWatch(onClose: () => void) {
  const queue: OfferEvent[] = []
  let wake = (): void => {}
  let isClosed = false
  return {
    push: (event: OfferEvent) => {
      queue.push(event)
      wake()
    },
    [Symbol.asyncIterator]() {
      return this
    },
    next: async () => {
      while (queue.length === 0 && !isClosed) await new Promise<void>(resolve => (wake = resolve))
      return isClosed ? { value: undefined, done: true } : { value: queue.shift(), done: false }
    },
    [Symbol.asyncDispose]: async () => {
      isClosed = true
      wake()
      onClose()
    },
  }
}

function followed() {
  const offers = fakeOffers()
  const told: NodeEvent[] = []
  const followers = new OfferFollowers({ offers, append: event => told.push(event) })
  const keys = () => told.map(event => ('key' in event ? event.key : event.event))
  return { offers, followers, told, keys }
}

test('only followed markets are told, and each event once', async () => {
  const { offers, followers, keys } = followed()
  using _m = followers.join('m')
  using _again = followers.join('m')
  for (const [key, market] of [
    ['1', 'm'],
    ['2', 'n'],
    ['3', 'm'],
  ] as const)
    offers.tell(expired(key, market))
  await until(() => keys().length === 2, { what: () => keys().join() })
  expect(keys()).toEqual(['1', '3'])
  {
    using _all = followers.join(undefined)
    offers.tell(expired('4', 'n'))
    offers.tell({ type: 'lagged', missed: 3 })
    await until(() => keys().length === 4, { what: () => keys().join() })
  }
  offers.tell(expired('5', 'n'))
  offers.tell(expired('6', 'm'))
  await until(() => keys().length === 5, { what: () => keys().join() })
  expect(keys()).toEqual(['1', '3', '4', 'offer:lagged', '6'])
})

test('nothing is watched while nobody follows', () => {
  const { offers, followers } = followed()
  expect(offers.open.size).toBe(0)
  const [one, other] = [followers.join('m'), followers.join(undefined)]
  expect(offers.open.size).toBe(1)
  one[Symbol.dispose]()
  one[Symbol.dispose]()
  expect(offers.open.size).toBe(1)
  other[Symbol.dispose]()
  expect(offers.open.size).toBe(0)
  using _later = followers.join('m')
  expect(offers.open.size).toBe(1)
  followers.close()
  expect(offers.open.size).toBe(0)
})

test('a market that cannot be is refused, and followed by nobody', () => {
  const { offers, followers } = followed()
  expect(() => followers.join('BAD')).toThrow('bad market')
  expect(offers.open.size).toBe(0)
})

test('what was told to a thousand does not keep others from their turn', async () => {
  const { offers, followers, keys } = followed()
  using _all = followers.join(undefined)
  for (let n = 0; n < 1_000; n++) offers.tell(expired(String(n), 'm'))
  await until(() => keys().length > 0, { what: () => keys().join() })
  expect(keys().length).toBeLessThan(1_000)
  await until(() => keys().length === 1_000, { what: () => keys().join() })
})
