import { expect, test } from 'vitest'
import { resolveSettings } from '../settings.ts'
import { progressLine, sweepLineOf } from './progress-line.ts'
import { ProgressPrinter } from './progress-printer.ts'
import type { Progress } from '../progress.ts'

const settings = resolveSettings({ nodes: 100, durationMs: 60_000, latencyMs: [50, 150] })
const measuring: Progress = {
  phase: 'measuring',
  share: 0.5,
  dilation: 4,
  delivered: 820,
  expected: 1_980,
  wallSeconds: 150,
  rssBytes: 400 * 2 ** 20,
}

function terminal(isTTY: boolean) {
  const written: string[] = []
  let nowMs = 0
  const printer = new ProgressPrinter({ write: text => written.push(text), isTTY, columns: 20 }, () => nowMs)
  return { written, printer, pass: (ms: number) => (nowMs += ms) }
}

test('what is left is told from what remains of the network’s time and the dilation', () => {
  expect(progressLine(measuring, settings)).toBe(
    'measuring 50 %  820 of 1,980 delivered  dilation 4  400 MiB  about 2 min left',
  )
})

test('of a sweep it counts the runs that have to be done, by what those before them took', () => {
  const run = { label: 'D=6, seed 1-2', name: 'D=6', settings }
  const line = sweepLineOf({ index: 2, total: 12, run, tookSeconds: [280, 320], left: 9, progress: measuring })
  expect(line).toMatch(/^\[3\/12\] D=6, seed 1-2  measuring 50 %/)
  expect(line).toMatch(/about 47 min left$/)
})

test('a terminal has one line, as wide as it is, which goes away', () => {
  const { written, printer } = terminal(true)
  printer.show('a line that is longer than the terminal', 'a')
  printer.show('another', 'a')
  printer.say('stays')
  expect(written).toEqual(['\r\u001B[Ka line that is long', '\r\u001B[Kanother', '\r\u001B[K', 'stays\n'])
})

test('a log has a line when the phase changes, and now and then', () => {
  const { written, printer, pass } = terminal(false)
  printer.show('one', 'joining')
  printer.show('two', 'joining')
  printer.show('three', 'measuring')
  pass(30_000)
  printer.show('four', 'measuring')
  expect(written).toEqual(['one\n', 'three\n', 'four\n'])
})
