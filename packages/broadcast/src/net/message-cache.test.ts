import { expect, test } from 'vitest'
import { BoundedMessageCache } from './message-cache.ts'

const entry = (n: number) => ({ msgId: Uint8Array.of(n >> 8, n & 0xff), msgIdStr: `${n}` })
const message = (bytes: number, topic = 't') => ({ topic, data: new Uint8Array(bytes) })

test('the oldest messages go when the bytes are too many', () => {
  const cache = new BoundedMessageCache({ gossipWindows: 3, windows: 5, maxBytes: 100_000 })
  for (let n = 0; n < 50; n++) {
    cache.put(entry(n), message(10_000))
    expect(cache.bytes).toBeLessThanOrEqual(100_000)
  }
  expect(cache.size).toBe(9)
  expect(cache.getWithIWantCount('40', 'peer')).toBeNull()
  expect(cache.getWithIWantCount('41', 'peer')).toMatchObject({ count: 1 })
  expect(cache.getWithIWantCount('41', 'peer')).toMatchObject({ count: 2 })
  expect(cache.getWithIWantCount('41', 'another')).toMatchObject({ count: 1 })
})

test('messages are announced for as many windows as asked, held for all, then forgotten', () => {
  const cache = new BoundedMessageCache({ gossipWindows: 2, windows: 3, maxBytes: 100_000 })
  const announced = () => cache.getGossipIDs(new Set(['t'])).get('t')?.length ?? 0
  cache.put(entry(1), message(10))
  cache.put(entry(2), message(10, 'another topic'))
  expect(announced()).toBe(1)
  cache.shift()
  expect(announced()).toBe(1)
  cache.shift()
  expect(announced()).toBe(0)
  expect(cache.bytesOf('1')).toBeGreaterThan(0)
  cache.shift()
  expect(cache).toMatchObject({ size: 0, bytes: 0 })
})

test('no more ids are announced than fit a frame, the newest', () => {
  const cache = new BoundedMessageCache({ gossipWindows: 2, windows: 3, maxBytes: 10_000_000 })
  for (let n = 0; n < 2_000; n++) cache.put(entry(n), message(1, n % 2 === 0 ? 'even' : 'odd'))
  const ids = cache.getGossipIDs(new Set(['even', 'odd']))
  expect(ids.get('even')!.length + ids.get('odd')!.length).toBe(1_500)
  expect(ids.get('odd')![0]).toEqual(entry(1_999).msgId)
})
