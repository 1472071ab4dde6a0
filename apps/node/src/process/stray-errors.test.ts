import { expect, test } from 'vitest'
import { StrayErrors } from './stray-errors.ts'

function observe(nowMs = () => 0) {
  const lines: string[] = []
  let gaveUp = 0
  const stray = new StrayErrors({ log: line => lines.push(line), giveUp: () => gaveUp++, nowMs })
  return { stray, lines, gaveUp: () => gaveUp }
}

test('a peer that hangs up is one line', () => {
  const { stray, lines } = observe()
  stray.add(Object.assign(new Error('gone'), { name: 'StreamResetError' }))
  stray.add(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
  expect(stray.counts).toEqual({ expected: 2, unexpected: 0 })
  expect(lines).toEqual([
    'a connection ended badly: StreamResetError: gone',
    'a connection ended badly: Error: read ECONNRESET',
  ])
})

test('a bug shows where it is', () => {
  const { stray, lines } = observe()
  stray.add(new TypeError('x is not a function'))
  stray.add('a string')
  expect(stray.counts).toEqual({ expected: 0, unexpected: 2 })
  expect(lines[0]).toMatch(/TypeError: x is not a function\n +at .*stray-errors\.test\.ts/)
})

test('a process that does nothing but fail is given up; one that fails now and then is not', () => {
  let nowMs = 0
  const { stray, gaveUp } = observe(() => nowMs)
  for (let n = 0; n < 40; n++) {
    nowMs += 10_000
    stray.add(new TypeError('now and then'))
  }
  expect(gaveUp()).toBe(0)
  for (let n = 0; n < 21; n++) stray.add(new TypeError('all the time'))
  expect(gaveUp()).toBeGreaterThan(0)
})
