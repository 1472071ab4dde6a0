import { until } from '@stoa/testkit'
import { MemoryLevel } from 'memory-level'
import { describe, expect, test } from 'vitest'
import { freeRank, stampRank } from '../src/core/place.ts'
import { checkStamp } from '../src/index.ts'
import { rawStamp } from '../src/net/publisher.ts'
import { alone, START_MS } from './alone.ts'
import { replicaNetwork } from './network.ts'
import { keyOf, toy, toyRules } from './toy-rules.ts'

/** Some 10 bits for an entry of 512 bytes that lives for an hour. */
const FLOOR = -21
const HOUR_MS = 3_600_000
const floored = { rules: toyRules({ floorRank: FLOOR }) }
const entry = toy({ createdMs: START_MS })
/** The same key, seq and lifetime, final: as a receipt is to a letter. */
const final = toy({ createdMs: START_MS, isFinal: true })

/** A stamp for the entry above, as its publisher mines it. */
async function mined(floorRank: number) {
  await using publisher = await alone({ rules: toyRules({ floorRank }) })
  return rawStamp(await publisher.replica.publish(entry))!
}

describe('with a floor', () => {
  test('what is published pays just that much while there is room, not a bit more than needed', async () => {
    await using node = await alone(floored)
    const { stamp, key, sizeBytes } = await node.replica.publish(entry)
    expect(freeRank(sizeBytes, HOUR_MS)).toBeLessThan(FLOOR)
    expect(stampRank(stamp!)).toBeGreaterThanOrEqual(FLOOR)
    expect(checkStamp(key, node.rumours[0]!.stamp!)).toEqual(stamp)
    // 1 KiB for a day: 10 + 27 classes
    expect(node.replica.status().priceBits).toBe(FLOOR + 37)
    const tooFew = await alone({ ...floored, maxStampBits: FLOOR - freeRank(sizeBytes, HOUR_MS) - 1 })
    await expect(tooFew.replica.publish(entry)).rejects.toMatchObject({ code: 'too-dear' })
    await tooFew[Symbol.asyncDispose]()
    await using justEnough = await alone({ ...floored, maxStampBits: FLOOR - freeRank(sizeBytes, HOUR_MS) })
    await justEnough.replica.publish(entry)
  })

  test('gossip below it is rejected and its sender loses its connection; what pays is passed on', async () => {
    const stamp = await mined(FLOOR)
    await using node = await alone({ ...floored, maxOffences: 2 })
    expect(await node.hear(entry, 'mallory')).toBe('reject')
    expect(await node.hear(entry, 'alice', stamp)).toBe('accept')
    // what is held does not make it good: it would not be where the first is not held
    expect(await node.hear(final, 'mallory')).toBe('reject')
    expect(node.dropped).toEqual(['mallory'])
    expect(await node.hear(final, 'alice', stamp)).toBe('accept')
    expect(node.replica.status().counters.verdicts).toMatchObject({ new: 1, newer: 1, 'bad-stamp': 2 })
    expect(node.rumours).toEqual([])
  })

  test('a final version of what is held rests on its stamp, published or from a file; alone it needs one', async () => {
    const stamp = await mined(FLOOR)
    await using file = await alone(floored)
    expect(await file.replica.take(final)).toBe('bad-stamp')
    expect(await file.replica.take(entry)).toBe('bad-stamp')
    expect(await file.replica.take(entry, stamp)).toBe('new')
    expect(await file.replica.take(final)).toBe('newer')
    expect((await file.replica.get(keyOf('alice', 'bicycle')))!.meta.stamp).toMatchObject(stamp)

    await using publisher = await alone({ ...floored, maxStampBits: 1 })
    await publisher.replica.take(entry, stamp)
    expect((await publisher.replica.publish(final)).stamp).toMatchObject(stamp)
    expect(publisher.rumours[0]).toMatchObject({ entry: final, stamp })
  })

  test('what was stored while it was lower is let go at the start, own or not', async () => {
    const level = new MemoryLevel()
    const lower = await alone({}, level)
    await lower.replica.publish(entry)
    await lower[Symbol.asyncDispose]()
    await using node = await alone(floored, level)
    expect(node.replica.status().entries).toBe(0)
    await node.replica.publish(entry)
    expect(node.replica.status().entries).toBe(1)
  })
})

test('by synchronization, too, nothing gets in below the floor, and who serves it is blamed', async () => {
  await using network = await replicaNetwork({ size: 2, topology: 'none' }, index => (index === 0 ? floored : {}))
  const [strict, lax] = [network.replica(0), network.replica(1)]
  const now = Date.now()
  await lax.publish(toy({ createdMs: now, name: 'free' }))
  await strict.publish(toy({ createdMs: now, name: 'paid' }))
  await network.connect(0, 1)
  await until(() => strict.status().counters.verdicts['bad-stamp'] > 0)
  expect(strict.status()).toMatchObject({ entries: 1, counters: { verdicts: { new: 1 } } })
})
