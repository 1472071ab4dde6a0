import { expect, test } from 'vitest'
import { Progress } from './progress.ts'

function screen(isTTY: boolean, total?: number, quiet = false) {
  const written: string[] = []
  const output = { isTTY, columns: 60, write: (text: string) => written.push(text) > 0 }
  let nowMs = 0
  const progress = new Progress({ total, quiet, nowMs: () => nowMs, output })
  return { written, progress, pass: (ms: number) => void (nowMs += ms) }
}

test('a terminal has a bar, redrawn no faster than it can be read', () => {
  const { written, progress, pass } = screen(true, 200)
  progress.show(0, '0 lines')
  progress.show(10, '1 line')
  pass(100)
  progress.show(100, '50 lines')
  progress.clear()
  progress.clear()
  progress.show(200, '100 lines')
  expect(written).toEqual([
    '\r\u001b[K[........................]  0 %  0 lines',
    '\r\u001b[K[############............]  50 %  50 lines',
    '\r\u001b[K',
    '\r\u001b[K[########################]  100 %  100 lines',
  ])
})

test('without a terminal it is a line now and then', () => {
  const { written, progress, pass } = screen(false, 200)
  progress.show(10, '1 line')
  pass(5_000)
  progress.show(100, '50 lines')
  progress.clear()
  expect(written).toEqual(['50 %  50 lines\n'])
})

test('what has no size has no bar, and what is narrow is cut', () => {
  const { written, progress } = screen(true)
  progress.show(10, 'x'.repeat(100))
  expect(written).toEqual([`\r\u001b[K${'x'.repeat(59)}`])
})

test('quiet is quiet', () => {
  const { written, progress } = screen(true, 1, true)
  progress.show(1, 'all')
  progress.clear()
  expect(written).toEqual([])
})
