import { expect, test } from 'vitest'
import { compareRow } from './compare.ts'
import { tableOf, worseThan } from './print.ts'
import { atLeast, atMost, noGoal, timesCheaper } from './table.ts'
import type { Report } from './report.ts'
import type { Row } from './table.ts'

const requests = (ours: number[], theirs: number[]): Row =>
  atLeast(2, { what: 'requests', unit: '/s', ours, against: 'peer', theirs })
const delay = (ours: number | number[]): Row => atMost({ what: 'delay', unit: 'ms', ours, theirs: 100 })
const verdict = (row: Row, earlier: Row | undefined): string => compareRow(row, earlier).verdict

const reportOf = (...rows: Row[]): Report => ({
  version: 2,
  date: '2026-01-02T03:04:05.678Z',
  commit: 'abc',
  isModified: false,
  machine: { cpu: 'cpu', cores: 2, memoryBytes: 2 ** 34, node: '26.0.0', loadAverage: 0 },
  rounds: 3,
  isInterrupted: false,
  benches: [{ name: 'some', seconds: 1, rows }],
})

test('the ratio is the median of the rounds’ own ratios, which drift less than the figures', () => {
  const row = requests([100, 200, 400], [50, 95, 210])
  expect(row).toMatchObject({ ours: 200, theirs: 95, ratio: 2, met: true, better: 'more' })
  expect(row.rounds!.ratio).toEqual([2, 200 / 95, 400 / 210])
})

test('a cost against a peer’s has a ratio of which more is better; one against a limit may use all of it', () => {
  expect(timesCheaper(25, { what: '', unit: 'ms', ours: 2, against: 'peer', theirs: 50 })).toMatchObject({
    ratio: 25,
    met: true,
  })
  expect(delay(100)).toMatchObject({ ratio: 1, met: true })
  expect(delay(101).met).toBe(false)
})

test('what has no goal cannot miss it', () => {
  expect(noGoal('less', { what: '', unit: 's', ours: 9, against: 'peer', theirs: 1 })).toMatchObject({
    ratio: 9,
    met: true,
  })
})

test('a change is beyond the noise when neither median is among the rounds of the other run', () => {
  const earlier = requests([200, 210, 220], [100, 100, 100])
  expect(verdict(requests([150, 160, 170], [100, 100, 100]), earlier)).toBe('worse')
  expect(verdict(requests([250, 260, 270], [100, 100, 100]), earlier)).toBe('better')
  expect(verdict(requests([150, 160, 215], [100, 100, 100]), earlier)).toBe('same')
  // twice as slow a machine
  expect(verdict(requests([100, 105, 110], [50, 50, 50]), earlier)).toBe('same')
})

test('rounds that are all alike do not make a hundredth a change', () => {
  expect(verdict(delay([51, 51, 51]), delay([50, 50, 50]))).toBe('same')
})

test('of a cost more is worse; where rounds are not known a tenth is noise', () => {
  expect(verdict(delay(54), delay(50))).toBe('same')
  expect(verdict(delay(56), delay(50))).toBe('worse')
  expect(verdict(delay(44), delay(50))).toBe('better')
  expect(verdict(delay(1), delay(0))).toBe('worse')
  expect(verdict(delay(0), delay(0))).toBe('same')
})

test('rows are told apart by what, unit and against; a note is no part of it', () => {
  const earlier = reportOf(delay(50), { ...delay(5), unit: 's' })
  const report = reportOf(
    { ...delay(5), unit: 's', note: '433 tried' },
    { ...delay(80), note: 'other' },
    requests([1], [1]),
  )
  expect(worseThan(report, earlier).map(({ compared }) => compared.row.unit)).toEqual(['ms'])
})

test('the table has all benches, what failed with the rows that it had, and the earlier figures where there are any', () => {
  const report = reportOf(delay(80), requests([3], [1]))
  report.benches.push({ name: 'broken', seconds: 2, rows: [], error: 'its process ended with SIGSEGV' })
  const table = tableOf(report, {}, reportOf(delay(50)))
  expect(table).toContain('broken (2 s)\n  ✗ not done: its process ended with SIGSEGV')
  expect(table).toMatch(/delay +80\.0 +100 +ms +limit +0\.80 +≤ 1\.0 +✓ +50\.0 +0\.50 +\+60 % +worse/)
  expect(table).toMatch(/requests .* ✓ +– +– +– +new/)
})
