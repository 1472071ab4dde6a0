import { peerIdFromString } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { SyncEvents } from './sync-events.ts'
import type { OffersService } from '@stoa/offers'
import type { NodeEvent } from '../events/event.ts'

const peer = peerIdFromString('12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1')

function watched() {
  const target = new EventTarget()
  const told: NodeEvent[] = []
  let nowMs = 0
  const events = new SyncEvents({
    offers: target as unknown as Pick<OffersService, 'addEventListener'>,
    append: event => told.push(event),
    nowMs: () => nowMs,
  })
  const sync = (received: number, done = false) =>
    target.dispatchEvent(new CustomEvent('sync', { detail: { peer, received, expected: 100, done } }))
  return { target, told, events, sync, pass: (ms: number) => void (nowMs += ms) }
}

test('progress is told once a second, and its end at once', () => {
  const { told, events, sync, pass } = watched()
  expect(events.first).toBeUndefined()
  sync(1)
  sync(20)
  pass(1_000)
  sync(60)
  sync(100, true)
  const about = { event: 'sync', peer: String(peer), expected: 100 }
  expect(told).toEqual([
    { ...about, received: 1, done: false },
    { ...about, received: 60, done: false },
    { ...about, received: 100, done: true },
  ])
  expect(events.first).toMatchObject({ received: 100, done: true })
})

test('of those that bring nothing only the first is told', () => {
  const { told, sync, events } = watched()
  sync(0)
  expect(told).toEqual([])
  for (let i = 0; i < 3; i++) sync(0, true)
  expect(told).toMatchObject([{ received: 0, done: true }])
  sync(7, true)
  expect(told).toHaveLength(2)
  expect(events.first).toMatchObject({ received: 0 })
})

test('what store and clock are like is told as it is', () => {
  const { target, told, events } = watched()
  target.dispatchEvent(new CustomEvent('read-only', { detail: { reason: 'no space' } }))
  target.dispatchEvent(new CustomEvent('writable'))
  target.dispatchEvent(new CustomEvent('clock', { detail: { offsetMs: 200_000, isOff: true } }))
  events[Symbol.dispose]()
  target.dispatchEvent(new CustomEvent('writable'))
  expect(told).toEqual([
    { event: 'read-only', reason: 'no space' },
    { event: 'writable' },
    { event: 'clock', offsetMs: 200_000, isOff: true },
  ])
})
