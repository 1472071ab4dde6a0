import { expect, test } from 'vitest'
import { DEFAULTS, resolveOptions } from './options.ts'
import type { ReconcileOptions } from './options.ts'

test('options left out or undefined are the defaults', () => {
  expect(resolveOptions()).toEqual(DEFAULTS)
  expect(resolveOptions({ maxIds: undefined })).toEqual(DEFAULTS)
  expect(resolveOptions({ frameLimitBytes: 0, maxHave: 7 })).toEqual({ ...DEFAULTS, frameLimitBytes: 0, maxHave: 7 })
})

test.each<[ReconcileOptions, string]>([
  [{ frameLimitBytes: 4_095 }, 'frameLimitBytes is 4095, it takes 0 for none or at least 4096'],
  [{ maxIds: -1 }, 'maxIds is -1, it takes a whole number from 0'],
  [{ maxRanges: 1.5 }, 'maxRanges is 1.5, it takes a whole number from 0'],
  [{ maxHave: Number.NaN }, 'maxHave is NaN, it takes a whole number from 0'],
  [{ frameLimit: 1 } as ReconcileOptions, 'reconcile has no option "frameLimit"'],
])('%j is refused with its name and what it takes', (options, message) => {
  expect(() => resolveOptions(options)).toThrow(new TypeError(message).message)
})
