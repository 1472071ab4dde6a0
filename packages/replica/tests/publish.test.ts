import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { freeRank, stampRank } from '../src/core/place.ts'
import { allowList, checkStamp } from '../src/index.ts'
import { alone, START_MS } from './alone.ts'
import { forged, keyOf, toy, toyRules } from './toy-rules.ts'
import type { Toy } from './toy-rules.ts'

const HOUR_MS = 3_600_000

test('what is published is held, gossiped and told, and is this node’s own', async () => {
  await using node = await alone()
  const entry = toy({ createdMs: START_MS, text: 'hello' })
  const meta = await node.replica.publish(entry)
  expect(meta).toMatchObject({ isOwn: true, sizeBytes: entry.length, stamp: undefined })
  expect(node.rumours).toEqual([{ entry, stamp: undefined }])
  expect(node.changes).toMatchObject([{ type: 'put', previous: undefined, entry: { text: 'hello' } }])
  // a second time: it is there, and peers may not have it
  await node.replica.publish(entry)
  expect(node.rumours).toHaveLength(2)
  expect(node.changes).toHaveLength(1)
})

test.each([
  ['invalid', 'nonsense', new TextEncoder().encode('nonsense')],
  ['invalid', 'a forged one', forged({ createdMs: START_MS })],
  ['invalid', 'one from the future', toy({ createdMs: START_MS + 130_000 })],
  ['invalid', 'one that nobody needs any more', toy({ createdMs: START_MS - HOUR_MS, expiresMs: START_MS })],
  ['invalid', 'one that is too long', toy({ createdMs: START_MS, text: 'x'.repeat(20_000) })],
  ['superseded', 'an older version', toy({ createdMs: START_MS, seq: 1, name: 'held' })],
  ['over-quota', 'one more than its group may have', toy({ createdMs: START_MS, seq: 1, name: 'third' })],
] as const)('publish is refused as %s: %s', async (code, _what, bytes) => {
  await using node = await alone({ rules: toyRules({ maxPerGroup: 2 }) })
  await node.replica.publish(toy({ createdMs: START_MS, seq: 5, name: 'held' }))
  await node.replica.publish(toy({ createdMs: START_MS, seq: 5, name: 'other' }))
  const told = node.changes.length
  await expect(node.replica.publish(bytes)).rejects.toMatchObject({ name: 'ReplicaError', code })
  expect(node.changes).toHaveLength(told)
  expect(node.rumours).toHaveLength(2)
})

test('admission is asked about every entry, own or not', async () => {
  const members = new Set(['alice'])
  await using node = await alone({ admission: allowList<Toy, string>(members, ({ group }) => group) })
  await node.replica.publish(toy({ createdMs: START_MS }))
  await expect(node.replica.publish(toy({ createdMs: START_MS, owner: 'mallory' }))).rejects.toMatchObject({
    code: 'not-allowed',
  })
  expect(await node.hear(toy({ createdMs: START_MS, owner: 'mallory' }))).toBe('ignore')
  members.add('bob')
  expect(await node.hear(toy({ createdMs: START_MS, owner: 'bob' }))).toBe('accept')
})

test('a bulk goes on after entries that are refused, and tells which', async () => {
  await using node = await alone({ rumourBurst: 10, maxRumoursPerSecond: 1 })
  const refused: Array<[number, string]> = []
  const entries = [
    ...Array.from({ length: 100 }, (_, index) => toy({ createdMs: START_MS, name: `n${index}` })),
    forged({ createdMs: START_MS }),
    toy({ createdMs: START_MS, name: 'last' }),
  ]
  const progress = await node.replica.publishMany(entries, {
    onRefused: (index, error) => refused.push([index, (error as Error & { code: string }).code]),
  })
  expect(progress).toEqual({ published: 101, refused: 1 })
  expect(refused).toEqual([[100, 'invalid']])
  // the rest is for synchronization
  expect(node.rumours).toHaveLength(10)
  expect(node.replica.status().counters).toMatchObject({ published: 101, notGossiped: 91 })
  await expect(node.replica.publishMany([forged({ createdMs: START_MS })])).rejects.toMatchObject({ code: 'invalid' })
})

/** Fills more than half of the budget with entries of others, so that a place has a price. */
async function dear(options: Parameters<typeof alone>[0] = {}) {
  const node = await alone({ budgetBytes: 65_536, ...options })
  for (let index = 0; index < 64; index++) {
    await node.replica.take(toy({ createdMs: START_MS, owner: 'others', name: `n${index}`, text: 'x'.repeat(300) }))
  }
  expect(node.replica.status().priceBits).toBeGreaterThan(0)
  return node
}

test('when room is scarce what is published pays for its place, and tells its stamp', async () => {
  await using node = await dear()
  const meta = await node.replica.publish(toy({ createdMs: START_MS, text: 'x'.repeat(300) }))
  expect(meta.stamp).toBeDefined()
  const { stamp } = node.rumours.at(-1)!
  const checked = checkStamp(meta.key, stamp!)
  expect(checked).toEqual(meta.stamp)
  expect(stampRank(checked)).toBeGreaterThan(freeRank(meta.sizeBytes, HOUR_MS))
})

test('a version never ranks below the one it replaces, and renewing it does not cost more each time', async () => {
  await using node = await dear()
  const ranks: number[] = []
  for (let version = 0; version < 12; version++) {
    const meta = await node.replica.publish(toy({ createdMs: START_MS + version, text: 'x'.repeat(300) }))
    ranks.push(stampRank(meta.stamp!))
  }
  expect(ranks.toSorted((a, b) => a - b)).toEqual(ranks)
  expect(ranks.at(-1)! - ranks[0]!).toBeLessThanOrEqual(1)
})

test('a stamp that covers the next version is used again', async () => {
  await using node = await dear()
  const until = { expiresMs: START_MS + HOUR_MS, text: 'x'.repeat(300) }
  const first = await node.replica.publish(toy({ createdMs: START_MS, ...until }))
  const second = await node.replica.publish(toy({ createdMs: START_MS + 1, ...until }))
  expect(second.stamp).toEqual(first.stamp)
})

test('what is dearer than allowed is not paid for', async () => {
  await using node = await dear({ maxStampBits: 1 })
  await expect(node.replica.publish(toy({ createdMs: START_MS, text: 'x'.repeat(300) }))).rejects.toMatchObject({
    code: 'too-dear',
    retryable: true,
  })
  expect(await node.replica.get(keyOf('alice', 'bicycle'))).toBeUndefined()
})

test('a caller who gives up ends the search for a stamp', async () => {
  await using node = await dear({ maxStampBits: 40 })
  const giveUp = new AbortController()
  const reason = new Error('no time')
  // the largest for the longest: minutes of work
  const publishing = node.replica.publish(
    toy({ createdMs: START_MS, expiresMs: START_MS + 29 * 86_400_000, text: 'x'.repeat(16_000) }),
    { signal: giveUp.signal },
  )
  giveUp.abort(reason)
  await expect(publishing).rejects.toMatchObject({ code: 'aborted', cause: reason })
  expect(node.changes.some(change => change.meta.isOwn)).toBe(false)
  // the next one is not kept waiting
  await node.replica.publish(toy({ createdMs: START_MS, text: 'x'.repeat(300) }))
})

test('nothing is done before the start and after the stop', async () => {
  await using node = await alone()
  await node.replica.stop()
  const entry = toy({ createdMs: START_MS })
  await expect(node.replica.publish(entry)).rejects.toMatchObject({ code: 'not-started', retryable: true })
  await expect(node.replica.take(entry)).rejects.toMatchObject({ code: 'not-started' })
  expect(() => node.replica.scan({ limit: 1 })).toThrow(expect.objectContaining({ code: 'not-started' }))
  expect(node.replica.status()).toMatchObject({ entries: 0, sync: undefined })
  await node.replica.start()
  await node.replica.publish(entry)
})

test('an entry lapses and goes at the times it says', async () => {
  await using node = await alone()
  const { replica, clock, changes } = node
  await replica.publish(toy({ createdMs: START_MS, expiresMs: START_MS + 10_000, holdsMs: START_MS + 30_000 }))
  await clock.advance(9_999)
  expect(replica.status()).toMatchObject({ entries: 1, live: 1 })
  await clock.advance(1)
  await until(() => changes.length === 2)
  expect(replica.status()).toMatchObject({ entries: 1, live: 0 })
  await clock.advance(20_000)
  await until(() => changes.length === 3)
  expect(replica.status()).toMatchObject({ entries: 0, live: 0 })
  expect(changes.map(({ type }) => type)).toEqual(['put', 'lapse', 'drop'])
  expect(await replica.get(keyOf('alice', 'bicycle'))).toBeUndefined()
})
