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

test('who came through Tor has no address to be shown, and what happens to Tor is a sentence', () => {
  const address = `/onion3/${'b'.repeat(56)}:1/p2p/12D3KooWa`
  expect(eventLine({ event: 'peer:connect', peer: '12D3KooWa', direction: 'inbound', address }, NOON)).toBe(
    '12:00:00  + 12D3KooWa connected (inbound, over Tor)',
  )
  const starting = { event: 'tor', state: 'starting', percent: 45, summary: 'Loading relays' } as const
  expect(eventLine(starting, NOON)).toBe('12:00:00  Tor 45 %: loading relays')
  expect(eventLine({ event: 'tor', state: 'down', reason: 'it ended\n' }, NOON)).toContain(
    '! Tor is down, and is started',
  )
})

test('what was missed', () => {
  expect(eventLine({ event: 'gap', missed: 3 }, NOON)).toBe('12:00:00  … 3 events were missed')
})

const PEER = '12D3KooWa'
const ID = `5d1f0a7c93b84e2f${'0'.repeat(48)}`

test('letters that came, without what is in them', () => {
  const times = { sentMs: 0, receivedMs: 0, expiresMs: 0 }
  const letter = { event: 'letter', id: ID, from: PEER, contentType: '', bytes: 1_200, ...times } as const
  expect(eventLine(letter, NOON)).toBe('12:00:00  letter   5d1f0a7c93b84e2f  from 12D3KooWa, 1,200 bytes')
  expect(eventLine({ event: 'cleared', id: ID }, NOON)).toBe(
    '12:00:00  cleared  5d1f0a7c93b84e2f  by another node of this identity',
  )
})

test.for([
  [{ state: 'queued' }, 'queued here: no other node has it for sure, this one goes on trying'],
  [
    { state: 'queued', error: { code: 'unreachable', message: '' } },
    'queued here: no other node has it for sure (unreachable), this one goes on trying',
  ],
  [{ state: 'stored', stored: 1 }, 'stored on 1 peer'],
  [{ state: 'stored', stored: 3 }, 'stored on 3 peers'],
  [{ state: 'stored', stored: 1, isHandedOver: true }, 'handed over to its receiver, not acknowledged yet'],
  [{ state: 'delivered' }, 'delivered'],
  [{ state: 'expired' }, 'expired: nobody acknowledged it in time'],
  [{ state: 'failed', error: { code: 'refused', message: 'no' } }, 'failed: no (refused)'],
] as const)('a letter that was sent is %o', ([state, text]) => {
  const times = { createdMs: 0, expiresMs: 0, changedMs: 0, attempts: 1 }
  const about = { id: ID, to: PEER, contentType: '', bytes: 1, stored: 0, isHandedOver: false, error: null, ...times }
  const line = eventLine({ event: 'delivery', ...about, ...state }, NOON)
  expect(line).toBe(`12:00:00  mail     5d1f0a7c93b84e2f  to 12D3KooWa: ${text}`)
})
