import { expect, test } from 'vitest'
import { EventFeed } from './event-feed.ts'
import type { OfferEvent, OfferRef } from '../watch.ts'

const owner = { equals: (other: unknown) => other === owner } as unknown as OfferRef['owner']
const ref = (key: string, market = 'btc-eur'): OfferRef => ({ key, market, owner })
const expired = (key: string, market?: string): OfferEvent => ({ ...ref(key, market), type: 'expired' })

function feedOf(init: { maxBufferedEvents?: number; heard?: OfferEvent[] } = {}): EventFeed {
  return new EventFeed({
    maxBufferedEvents: init.maxBufferedEvents ?? 10,
    isOwn: ({ key }) => key === 'mine',
    hasListeners: () => init.heard !== undefined,
    dispatch: event => init.heard?.push(event),
  })
}

test('nothing is read while nobody listens', () => {
  let reads = 0
  const feed = feedOf()
  feed.tell(() => {
    reads++
    return expired('a')
  })
  expect(reads).toBe(0)
  expect(feed.isHeard).toBe(false)
})

test('events are told in the order of what happened, also when some have to be read first', async () => {
  const heard: OfferEvent[] = []
  const feed = feedOf({ heard })
  const watch = feed.watch({}, undefined)
  const read = Promise.withResolvers<void>()
  feed.tell(async function* () {
    await read.promise
    yield expired('a')
    yield expired('b')
  })
  feed.tell(() => expired('c'))
  read.resolve()
  expect([await watch.next(), await watch.next(), await watch.next()].map(({ value }) => value)).toEqual(
    ['a', 'b', 'c'].map(key => expired(key)),
  )
  expect(heard).toEqual(['a', 'b', 'c'].map(key => expired(key)))
})

test('a watch gets what its filter takes', async () => {
  const feed = feedOf()
  const market = feed.watch({ market: 'btc-usd' }, undefined)
  const own = feed.watch({ own: true }, undefined)
  for (const event of [expired('a'), expired('b', 'btc-usd'), expired('mine')]) feed.tell(() => event)
  expect((await market.next()).value).toMatchObject({ key: 'b' })
  expect((await own.next()).value).toMatchObject({ key: 'mine' })
})

test('a reader that is too slow is told how much it missed, and goes on from there', async () => {
  const feed = feedOf({ maxBufferedEvents: 2 })
  const watch = feed.watch({}, undefined)
  const drained = feed.watch({}, undefined)
  for (const key of ['a', 'b', 'c', 'd']) feed.tell(() => expired(key))
  // the feed has told them all when the last of them was read by another
  expect([(await drained.next()).value, (await drained.next()).value]).toEqual([expired('a'), expired('b')])
  const seen = [await watch.next(), await watch.next(), await watch.next()].map(({ value }) => value)
  expect(seen).toEqual([expired('a'), expired('b'), { type: 'lagged', missed: 2 }])
  feed.tell(() => expired('e'))
  expect((await watch.next()).value).toEqual(expired('e'))
})

test('what could not be read is told as missed, in its place', async () => {
  const feed = feedOf()
  const watch = feed.watch({}, undefined)
  feed.tell(async function* () {
    yield expired('a')
    throw new Error('no such file')
  })
  feed.tell(() => expired('b'))
  expect([await watch.next(), await watch.next(), await watch.next()].map(({ value }) => value)).toEqual([
    expired('a'),
    { type: 'lagged', missed: 1 },
    expired('b'),
  ])
})

test('a watch ends with its signal, with the feed, and when it is left', async () => {
  const feed = feedOf()
  const abort = new AbortController()
  const watches = [feed.watch({}, abort.signal), feed.watch({}, undefined), feed.watch({}, undefined)]
  const waiting = watches.map(watch => watch.next())
  abort.abort('enough')
  await expect(waiting[0]).rejects.toMatchObject({ code: 'aborted', cause: 'enough' })
  await watches[1]!.return!()
  expect(await waiting[1]).toEqual({ value: undefined, done: true })
  feed.close()
  expect(await waiting[2]).toEqual({ value: undefined, done: true })
  expect(feed.isHeard).toBe(false)
})
