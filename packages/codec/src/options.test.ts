import { expect, test } from 'vitest'
import { BOUNDED_STREAM_DEFAULTS, resolveOptions } from './options.ts'

test('an option that is undefined does not switch its bound off', () => {
  expect(resolveOptions({ maxUnreadBytes: undefined, maxUnsentBytes: undefined })).toEqual(BOUNDED_STREAM_DEFAULTS)
})

test.each([0, -1, NaN])('%d is not a bound', maxUnsentBytes => {
  expect(() => resolveOptions({ maxUnsentBytes })).toThrow(`maxUnsentBytes is ${maxUnsentBytes}`)
})

test('the peer is told to stop no later than at the bound', () => {
  expect(resolveOptions({ maxUnreadBytes: 65_536 }).pauseAtBytes).toBe(65_536)
})

test('what frameStream takes besides is not an option', () => {
  expect(resolveOptions({ maxFrameBytes: 1 } as object)).toEqual(BOUNDED_STREAM_DEFAULTS)
})
