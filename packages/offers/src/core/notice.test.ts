import { expect, test } from 'vitest'
import { noticeOf } from './notice.ts'
import type { EntryMeta } from '@stoa/replica'

const NOW_MS = 1_000

function meta(over: Partial<EntryMeta> = {}): EntryMeta {
  return {
    key: new Uint8Array(32),
    id: Uint8Array.of(over.seq ?? 1),
    itemId: new Uint8Array(32),
    group: 'offers/btc-eur 00',
    seq: 1,
    isFinal: false,
    createdMs: 500,
    expiresMs: 2_000,
    holdsMs: 2_000,
    mark: 0,
    sizeBytes: 300,
    stamp: undefined,
    isOwn: false,
    ...over,
  }
}
const removal = meta({ seq: 2, isFinal: true })

test('a first version is added, a later one updates', () => {
  expect(noticeOf({ type: 'put', meta: meta(), previous: undefined }, NOW_MS)).toBe('added')
  expect(noticeOf({ type: 'put', meta: meta({ seq: 2 }), previous: meta() }, NOW_MS)).toBe('updated')
})

test('the same version with another stamp is no news', () => {
  expect(noticeOf({ type: 'put', meta: meta({ isOwn: true }), previous: meta() }, NOW_MS)).toBeUndefined()
})

test('a removal takes down what was up, and is nothing by itself', () => {
  expect(noticeOf({ type: 'put', meta: removal, previous: meta() }, NOW_MS)).toBe('removed')
  expect(noticeOf({ type: 'put', meta: removal, previous: undefined }, NOW_MS)).toBeUndefined()
  expect(noticeOf({ type: 'drop', meta: removal, reason: 'expired' }, NOW_MS)).toBeUndefined()
})

test('what is published again after its removal is added', () => {
  expect(noticeOf({ type: 'put', meta: meta({ seq: 3 }), previous: removal }, NOW_MS)).toBe('added')
})

test('an offer expires once: when it lapses, not again when it is dropped', () => {
  const held = meta({ expiresMs: 900, holdsMs: 2_000 })
  expect(noticeOf({ type: 'lapse', meta: held }, NOW_MS)).toBe('expired')
  expect(noticeOf({ type: 'drop', meta: held, reason: 'expired' }, 3_000)).toBeUndefined()
  // told when it lapsed, in the same moment
  expect(noticeOf({ type: 'drop', meta: meta(), reason: 'expired' }, 3_000)).toBeUndefined()
  // a later version, over before it came
  expect(noticeOf({ type: 'put', meta: meta({ seq: 2, expiresMs: 900 }), previous: meta() }, NOW_MS)).toBe('expired')
})

test('what is dropped for lack of room says so', () => {
  expect(noticeOf({ type: 'drop', meta: meta(), reason: 'no-room' }, NOW_MS)).toBe('no-room')
  expect(noticeOf({ type: 'drop', meta: meta(), reason: 'over-quota' }, NOW_MS)).toBe('over-quota')
  expect(noticeOf({ type: 'drop', meta: meta(), reason: 'superseded' }, NOW_MS)).toBeUndefined()
})

test('what the store lost is as gone as what had no room, until it comes again', () => {
  expect(noticeOf({ type: 'drop', meta: meta(), reason: 'lost' }, NOW_MS)).toBe('no-room')
  expect(noticeOf({ type: 'drop', meta: removal, reason: 'lost' }, NOW_MS)).toBeUndefined()
  expect(noticeOf({ type: 'put', meta: meta(), previous: undefined }, NOW_MS)).toBe('added')
})
