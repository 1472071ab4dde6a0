import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sampleResult } from '../../tests/sample-result.ts'
import { SimulatorError } from '../errors.ts'
import { resolveSettings } from '../settings.ts'
import { sweepHtml } from './html.ts'
import { sweep } from './sweep.ts'
import { sweepText } from './terminal.ts'
import type { SampleInit } from '../../tests/sample-result.ts'
import type { NetworkSettings } from '../settings.ts'
import type { SweepSetting } from './point.ts'
import type { SweepOptions, SweepProgress } from './sweep.ts'

let directory: string
let ran: Array<number | undefined>

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoa-sweep-'))
  ran = []
})
afterEach(async () => await rm(directory, { recursive: true }))

/** D costs bytes and saves delay; 5 costs both. */
const COSTS: Record<number, SampleInit> = {
  3: { p99: 500, bytesPerDelivery: 4_000 },
  4: { p99: 320, bytesPerDelivery: 5_000 },
  5: { p99: 600, bytesPerDelivery: 9_000 },
  6: { p99: 300, bytesPerDelivery: 8_000 },
}

function setting(D: number): SweepSetting {
  return { label: `D=${D}`, isBase: false, settings: resolveSettings({ gossip: { D } }) }
}

function options(change: Record<number, SampleInit> = {}): SweepOptions {
  return {
    directory,
    isComparable: true,
    simulate: async (settings: NetworkSettings) => {
      const D = settings.gossip.D
      ran.push(D)
      return sampleResult({ settings, ...COSTS[D ?? 4], ...change[D ?? 4] })
    },
  }
}

const ALL = [3, 4, 5, 6].map(setting)

test('the front, its ends and the point between are marked, and who is beaten is told by whom', async () => {
  const points = await sweep(ALL, options())
  expect(points.map(({ label, isOnFront, marks, beatenBy }) => [label, isOnFront, marks, beatenBy])).toEqual([
    ['D=3', true, ['cheapest'], undefined],
    ['D=4', true, ['balanced'], undefined],
    ['D=5', false, [], 'D=3'],
    ['D=6', true, ['fastest'], undefined],
  ])
})

test('settings that are not valid or lost messages are marked and never on the front', async () => {
  const points = await sweep(ALL, options({ 3: { isValid: false }, 6: { lost: 1 } }))
  expect(points.filter(({ isOnFront }) => isOnFront).map(({ label }) => label)).toEqual(['D=4'])
  const html = sweepHtml(points, ['gossip.D'], true)
  expect(html).toContain('2 of them cannot be compared')
  const text = sweepText(points, true, { isColored: false })
  expect(text).toMatch(/D=3 .*NOT VALID/)
  expect(text).toMatch(/D=6 .*LOST/)
})

test('what was finished before is kept and not run again', async () => {
  const first = { ...options(), simulate: failingAt(5) }
  await expect(sweep(ALL, first)).rejects.toThrow('aborted')
  expect(await readdir(directory)).toHaveLength(2)
  const points = await sweep(ALL, options())
  expect(ran).toEqual([5, 6])
  expect(points.map(({ means }) => means.delayP99Ms)).toEqual([500, 320, 600, 300])
})

test('with other settings in the same directory nothing is mistaken for theirs', async () => {
  await sweep([setting(3)], options())
  await sweep([{ ...setting(3), settings: resolveSettings({ gossip: { D: 3 }, seed: 'other' }) }], options())
  expect(ran).toEqual([3, 3])
})

test('a kept file that cannot be read is run again', async () => {
  const [point] = await sweep([setting(3)], options())
  await writeFile(join(directory, `${point!.runs[0]!.name}.json`), '{"settings":')
  await sweep([setting(3)], options())
  expect(ran).toEqual([3, 3])
})

test('what is kept can be run again: those that are not valid, or all', async () => {
  await sweep(ALL, options({ 4: { isValid: false } }))
  ran = []
  await sweep(ALL, { ...options(), again: 'invalid' })
  expect(ran).toEqual([4])
  await sweep(ALL, { ...options(), again: 'all' })
  expect(ran).toEqual([4, 3, 4, 5, 6])
})

test('a combination that is the base is run once, and is the base', async () => {
  const base: SweepSetting = { label: 'base', isBase: true, settings: setting(4).settings }
  const points = await sweep([base, ...ALL], options())
  expect(ran).toEqual([4, 3, 5, 6])
  expect(points.find(({ isBase }) => isBase)?.label).toBe('D=4')
  expect(sweepText(points, true, { isColored: false })).toContain('(base) are on the front')
})

test('where networks differ nothing is better than another', async () => {
  const points = await sweep(ALL, { ...options(), isComparable: false })
  expect(points.some(({ isOnFront, marks, beatenBy }) => isOnFront || marks.length > 0 || beatenBy !== undefined)).toBe(
    false,
  )
})

test('progress says which of how many, and what is left of those that have to be run', async () => {
  await sweep([setting(6)], options())
  const seen: SweepProgress[] = []
  await sweep(ALL, {
    ...options(),
    onProgress: progress => seen.push({ ...progress, tookSeconds: [...progress.tookSeconds] }),
  })
  expect(seen.map(({ index, total, left, tookSeconds }) => [index, total, left, tookSeconds])).toEqual([
    [0, 4, 2, []],
    [1, 4, 1, [130]],
    [2, 4, 0, [130, 130]],
  ])
})

function failingAt(D: number): SweepOptions['simulate'] {
  return async (settings, rest) => {
    if (settings.gossip.D === D) throw new SimulatorError('aborted', 'aborted by the caller’s signal')
    return await options()
      .simulate(settings, rest)
      .finally(() => ran.pop())
  }
}
