import { expect, test } from 'vitest'
import { eventLine } from './event-line.ts'

const NOON = new Date(2026, 10, 21, 12, 0, 0)
const MESSAGE = { text: 'one\ntwo\u001b[2J', contentType: 'text/plain', sentMs: 0, receivedMs: 0 }

test('messages, with their lines set off and their control characters shown', () => {
  expect(eventLine({ event: 'direct', peer: '12D3KooWa', ...MESSAGE }, NOON)).toBe(
    '12:00:00  12D3KooWa: one\n    two\\u001b[2J',
  )
  const broadcast = { event: 'broadcast', topic: 'lobby', id: '', receivedFrom: '12D3KooWa', ...MESSAGE } as const
  expect(eventLine(broadcast, NOON)).toBe('12:00:00  #lobby one\n    two\\u001b[2J')
})

test('peers, each named once', () => {
  const address = '/ip4/127.0.0.1/tcp/1/p2p/12D3KooWa'
  expect(eventLine({ event: 'peer:connect', peer: '12D3KooWa', direction: 'inbound', address }, NOON)).toBe(
    '12:00:00  + 12D3KooWa connected (inbound, /ip4/127.0.0.1/tcp/1)',
  )
})

test('what was missed', () => {
  expect(eventLine({ event: 'gap', missed: 3 }, NOON)).toBe('12:00:00  … 3 events were missed')
})
