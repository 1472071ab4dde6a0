import { expect, test } from 'vitest'
import { Lanes } from './lanes.ts'

const limits = { maxQueued: 6, maxQueuedBytes: 1_000, maxQueuedPerPeer: 4, maxQueuedBytesPerPeer: 600 }
const item = (peer: string, sizeBytes = 1) => ({ peer, sizeBytes })

test('peers take turns, however much one of them has sent', () => {
  const lanes = new Lanes(limits)
  for (const peer of ['flood', 'flood', 'flood', 'honest', 'other']) lanes.push(item(peer))
  const order = Array.from({ length: 5 }, () => lanes.take()!.peer)
  expect(order).toEqual(['flood', 'honest', 'other', 'flood', 'flood'])
  expect(lanes.take()).toBeUndefined()
})

test('a peer whose line is full leaves room to others', () => {
  const lanes = new Lanes(limits)
  for (let count = 0; count < 4; count++) lanes.push(item('flood'))
  expect(lanes.hasRoom('flood', 1)).toBe(false)
  expect(lanes.hasRoom('honest', 1)).toBe(true)
})

test('what was taken counts until it is released', () => {
  const lanes = new Lanes(limits)
  const items = [item('a', 600), item('b', 300)]
  for (const each of items) lanes.push(each)
  while (lanes.take() !== undefined);
  expect(lanes).toMatchObject({ count: 2, waiting: 0 })
  expect(lanes.hasRoom('a', 1)).toBe(false)
  expect(lanes.hasRoom('b', 200)).toBe(false)
  lanes.release(items[0]!)
  expect(lanes.hasRoom('a', 600)).toBe(true)
  expect(lanes.hasRoom('b', 200)).toBe(true)
})

test('all lines together have a limit, too', () => {
  const lanes = new Lanes(limits)
  for (const peer of ['a', 'b', 'c', 'd', 'e', 'f']) lanes.push(item(peer))
  expect(lanes.hasRoom('g', 1)).toBe(false)
})
