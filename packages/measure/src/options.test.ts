import { expect, test } from 'vitest'
import { DEFAULTS, resolveLoadBytes, resolveOptions, resolvePropagation } from './options.ts'
import type { MeasureInit } from './options.ts'
import type { PropagationOptions } from './service.ts'

const options = resolveOptions()
const refused = expect.objectContaining({ name: 'MeasureError', code: 'bad-option' })

test('an option given as undefined is one that was not given', () => {
  const { now, ...rest } = resolveOptions({ maxRuns: undefined, network: undefined })
  expect(rest).toEqual(DEFAULTS)
  expect(now()).toBeCloseTo(Date.now(), -4)
})

test.each<MeasureInit>([{ network: 'Main' }, { network: '' }, { maxRuns: 0 }, { maxAnswers: 1.5 }, { readyMs: -1 }])(
  'measure() refuses %o',
  init => {
    expect(() => resolveOptions(init)).toThrow(refused)
  },
)

test.each<PropagationOptions>([
  { count: 0 },
  { count: 10_001, intervalMs: 20 },
  { bytes: 63 },
  { bytes: 60_001 },
  { intervalMs: 10_001 },
  { count: 10_000, intervalMs: 61 },
  { answerMs: 0 },
  { answerMs: 60_001 },
  { share: 0 },
  { share: 1.1 },
  { share: NaN },
  { receivers: 0 },
])('propagation() refuses %o', given => {
  expect(() => resolvePropagation(given, options)).toThrow(refused)
})

test('probes are sent no faster than every node forwards them', () => {
  expect(() => resolvePropagation({ intervalMs: 19 }, options)).toThrow('an integer from 20')
  expect(resolvePropagation({ intervalMs: 20 }, options)).toMatchObject({ intervalMs: 20 })
  expect(() => resolvePropagation({ bytes: 60_000, intervalMs: 228 }, options)).toThrow('an integer from 229')
})

test('a share of all is all', () => {
  expect(resolvePropagation({}, options).share).toBe(2 ** 32 - 1)
})

test.each([-1, 0.5, 67_108_865])('peer() refuses %d bytes', bytes => {
  expect(() => resolveLoadBytes({ bytes })).toThrow(refused)
})
