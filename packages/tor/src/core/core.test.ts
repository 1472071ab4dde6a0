import { assert, array, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { Backoff } from './backoff.ts'
import { TokenBucket } from './token-bucket.ts'
import { Uploads } from './uploads.ts'
import { isAtLeast, OLDEST, parseVersion, WITH_POW } from './version.ts'

test('in no time does a bucket give more than its burst and its rate', () => {
  const perSecond = 10
  const burst = 5
  assert(
    property(array(integer({ min: 0, max: 300 }), { maxLength: 200 }), steps => {
      const bucket = new TokenBucket({ perSecond, burst }, 0)
      let nowMs = 0
      let given = 0
      for (const step of steps) {
        nowMs += step
        if (bucket.take(nowMs)) given++
        expect(given).toBeLessThanOrEqual(burst + (perSecond * nowMs) / 1_000)
      }
    }),
  )
})

test('a clock that goes back gives nothing', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 }, 1_000)
  expect(bucket.take(1_000)).toBe(true)
  expect(bucket.take(0)).toBe(false)
  expect(bucket.take(1_500)).toBe(false)
  expect(bucket.take(2_000)).toBe(true)
})

test('waits double up to the limit, and begin again after a success', () => {
  const backoff = new Backoff(500, 3_000)
  expect([backoff.next(), backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([
    500, 1_000, 2_000, 3_000, 3_000,
  ])
  backoff.reset()
  expect(backoff.next()).toBe(500)
})

test.each([
  ['0.4.6.10', false, false],
  ['0.4.7.0', true, false],
  ['0.4.8.21', true, false],
  ['0.4.9.1-alpha', true, true],
  ['0.5.0', true, true],
  ['1.0.0.0', true, true],
])('Tor %s: will do %s, has proof of work on the control port %s', (text, willDo, hasPow) => {
  const version = parseVersion(text) ?? []
  expect([isAtLeast(version, OLDEST), isAtLeast(version, WITH_POW)]).toEqual([willDo, hasPow])
})

test('a version is found in what Tor says of itself, and not where there is none', () => {
  expect(parseVersion('0.4.8.1-alpha-dev (git-245ecfff36c0cecc)')).toEqual([0, 4, 8, 1])
  expect(parseVersion('GNU bash')).toBeUndefined()
})

test('a service can be found when three of four directories took its descriptor', () => {
  const uploads = new Uploads('own')
  const push = (action: string, times: number, address = 'own'): void => {
    for (let index = 0; index < times; index++) uploads.push(`HS_DESC ${action} ${address} UNKNOWN $AA~relay`)
  }
  expect(uploads.areEnough).toBe(false)
  push('UPLOAD', 8)
  push('UPLOADED', 8, 'other')
  push('UPLOADED', 5)
  expect(uploads.areEnough).toBe(false)
  push('FAILED', 1)
  push('UPLOADED', 1)
  expect(uploads.areEnough).toBe(true)
})
