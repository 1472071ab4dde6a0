import { text } from '@stoa/codec'
import { expect, test } from 'vitest'
import { checkTimeout, DEFAULTS, resolveOptions } from './options.ts'
import { defineProtocol, LARGEST_MAX_MESSAGE_BYTES } from './protocol.ts'

test('options that are not given have their defaults', () => {
  expect(resolveOptions({})).toEqual(DEFAULTS)
  expect(resolveOptions({ maxInFlight: 7, maxWaiting: undefined })).toEqual({ ...DEFAULTS, maxInFlight: 7 })
})

test('a wrong option says which, what it got and what it takes', () => {
  expect(() => resolveOptions({ maxInFlight: 0 })).toThrow(
    'option maxInFlight of direct() is 0, it takes an integer from 1 to 2147483647',
  )
  expect(() => resolveOptions({ maxInflight: 1 } as object)).toThrow('direct() has no option "maxInflight"; it takes')
})

test('a timeout is any number above 0; longer than timers can count is as long as they can', () => {
  expect(checkTimeout(0.5)).toBe(0.5)
  expect(checkTimeout(Infinity)).toBe(2 ** 31 - 1)
  for (const wrong of [0, -1, Number.NaN]) expect(() => checkTimeout(wrong)).toThrow(TypeError)
})

test.each(['', 'no-slash/1.0.0', '/with space', '/ünïcode', `/${'x'.repeat(140)}`])('%j is no protocol id', id => {
  expect(() => defineProtocol({ id, request: text, response: text })).toThrow(/protocol id/)
})

test.each([0, -1, 1.5, Number.NaN, LARGEST_MAX_MESSAGE_BYTES + 1])('no message is %d bytes at most', limit => {
  const init = { id: '/x/1.0.0', request: text, response: text }
  expect(() => defineProtocol({ ...init, maxRequestBytes: limit })).toThrow(/maxRequestBytes of \/x\/1.0.0/)
  expect(() => defineProtocol({ ...init, maxResponseBytes: limit })).toThrow(/maxResponseBytes of \/x\/1.0.0/)
})
