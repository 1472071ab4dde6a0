import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sampleResult } from '../../tests/sample-result.ts'
import { resolveSettings } from '../settings.ts'
import { sweepHtml } from './html.ts'
import { sweep } from './sweep.ts'
import { sweepJson } from './sweep-json.ts'
import { sweepText } from './terminal.ts'
import type { SampleInit } from '../../tests/sample-result.ts'
import type { SweepPoint, SweepSetting } from './point.ts'

const PLAIN = { isColored: false }

let directory: string
let ran: string[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoa-sweep-'))
  ran = []
})
afterEach(async () => await rm(directory, { recursive: true }))

/** p99 by D and seed. 4 is as fast as 3 but for noise; 6 is faster than both with every seed, and 8 is slower than 6 with every seed. */
const DELAYS: Record<number, Record<string, number>> = {
  3: { s: 400, 's-2': 520, 's-3': 460 },
  4: { s: 440, 's-2': 490, 's-3': 480 },
  6: { s: 300, 's-2': 420, 's-3': 360 },
  8: { s: 330, 's-2': 448, 's-3': 391 },
}

const SETTINGS: SweepSetting[] = [3, 4, 6, 8].map(D => ({
  label: `D=${D}`,
  isBase: false,
  settings: resolveSettings({ gossip: { D }, seed: 's' }),
}))

async function swept(
  seeds: number,
  change: (D: number, seed: string) => SampleInit = () => ({}),
): Promise<SweepPoint[]> {
  return await sweep(SETTINGS, {
    directory,
    seeds,
    isComparable: true,
    simulate: async settings => {
      const { seed, gossip } = settings
      const D = gossip.D ?? 4
      ran.push(`${D} ${seed}`)
      return sampleResult({ settings, p99: DELAYS[D]?.[seed], bytesPerDelivery: D * 1_024, ...change(D, seed) })
    },
  })
}

test('each setting is run with each seed, in rounds, and what is kept of fewer seeds stays', async () => {
  await swept(1)
  expect(ran).toEqual(['3 s', '4 s', '6 s', '8 s'])
  ran = []
  await swept(3)
  expect(ran).toEqual(['3 s-2', '4 s-2', '6 s-2', '8 s-2', '3 s-3', '4 s-3', '6 s-3', '8 s-3'])
})

test('settings are held against each other by means, and one is beaten when that is no chance', async () => {
  const points = await swept(3)
  expect(points.map(({ label, costs, isOnFront, beatenBy }) => [label, costs?.delayMs, isOnFront, beatenBy])).toEqual([
    ['D=3', 460, true, undefined],
    ['D=4', 470, false, 'D=3'],
    ['D=6', 360, true, undefined],
    ['D=8', expect.closeTo(389.67), false, 'D=6'],
  ])
})

test('where costs differ by chance alone none beats the other', async () => {
  const points = await swept(3, D => ({ bytesPerDelivery: D < 6 ? 4_096 : 8_192 }))
  expect(points.map(({ label, isOnFront, marks }) => [label, isOnFront, marks])).toEqual([
    ['D=3', true, ['cheapest', 'balanced']],
    ['D=4', true, []],
    ['D=6', true, ['fastest']],
    ['D=8', false, []],
  ])
})

test('the table has means and their standard errors, and says what they are', async () => {
  const text = sweepText(await swept(3), true, PLAIN)
  expect(text).toMatch(/D=3 +180 ms +460 ms ± 34\.6 ms +3 KiB ± 0 bytes/)
  expect(text).toContain('Means over the seeds s, s-2, s-3; ± is the standard error of a mean.')
  expect(text).toContain('better by more than chance')
})

test('two seeds are compared by their means alone, and it is said', async () => {
  const points = await swept(2)
  expect(points.find(({ label }) => label === 'D=4')?.isOnFront).toBe(false)
  expect(sweepText(points, true, PLAIN)).toContain('Two seeds do not tell a difference from chance')
})

test('with one seed nothing is said of noise', async () => {
  const points = await swept(1)
  for (const text of [sweepText(points, true, PLAIN), sweepHtml(points, ['gossip.D'], true), sweepJson(points)]) {
    expect(text).not.toMatch(/±|standard ?error/i)
  }
})

test('one seed that is not valid or lost messages makes a setting not comparable, and it is said which', async () => {
  const points = await swept(3, (D, seed) => ({
    isValid: !(D === 6 && seed === 's-2'),
    lost: D === 3 && seed === 's-3' ? 1 : 0,
  }))
  expect(points.map(({ costs }) => costs !== undefined)).toEqual([false, true, false, true])
  const text = sweepText(points, true, PLAIN)
  expect(text).toMatch(/D=6 .*NOT VALID/)
  expect(text).toMatch(/D=3 .*LOST/)
  for (const report of [text, sweepHtml(points, ['gossip.D'], true)]) {
    expect(report).toContain('D=6, seed s-2: the machine did not keep up')
    expect(report).toContain('D=3, seed s-3: 1 of 990 deliveries did not happen')
    expect(report).not.toContain('D=3, seed s-2:')
  }
})

test('the report has every seed of every setting, and bars for the noise', async () => {
  const points = await swept(3)
  const html = sweepHtml(points, ['gossip.D'], true)
  for (const { runs } of points) for (const { name } of runs) expect(html).toContain(encodeURIComponent(name))
  expect(html).toContain('Bars are one standard error to each side')
  expect(html).toContain('<td>s, s-2, s-3</td>')
  const [point] = JSON.parse(sweepJson(points)) as Array<Record<string, unknown>>
  expect(point).toMatchObject({
    label: 'D=3',
    costs: { delayMs: 460, bytesPerDelivery: 3_072 },
    standardErrors: { delayMs: expect.closeTo(34.64), bytesPerDelivery: 0 },
    means: { delayP99Ms: 460, share: 1 },
    runs: [
      { seed: 's', isValid: true, delaysMs: { p99: 400 } },
      { seed: 's-2', isValid: true, delaysMs: { p99: 520 } },
      { seed: 's-3', isValid: true, delaysMs: { p99: 460 } },
    ],
  })
})
