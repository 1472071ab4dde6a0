import { setTimeout as importedTimeout } from 'node:timers'
import { expect, test } from 'vitest'
import { installTime } from './install.ts'

function clocks(): unknown[] {
  return [
    setTimeout,
    clearTimeout,
    setInterval,
    Date,
    Reflect.get(performance, 'now'),
    Reflect.get(AbortSignal, 'timeout'),
  ]
}

test('while it is installed all clocks of the process go at its rate; afterwards they are as before', async () => {
  const before = clocks()
  {
    using installed = installTime(100)
    const { real } = installed.time
    const [realMs, dateMs, monotonicMs] = [real.now(), Date.now(), performance.now()]
    await new Promise(resolve => setTimeout(resolve, 1))
    await new Promise(resolve => importedTimeout(resolve, 1))
    expect(real.now() - realMs).toBeGreaterThan(199)
    expect(performance.now() - monotonicMs).toBeLessThan((real.now() - realMs) / 99)
    expect(new Date().getTime() - dateMs).toBeLessThanOrEqual(1 + (real.now() - realMs) / 99)
    expect(new Date(5).getTime()).toBe(5)
    expect(new Date()).toBeInstanceOf(Date)
  }
  expect(clocks()).toEqual(before)
})

test('a signal with a timeout aborts as that of the platform does', async () => {
  using _installed = installTime(2)
  const signal = AbortSignal.timeout(1)
  await new Promise(resolve => signal.addEventListener('abort', resolve))
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' })
})

test('a timer from before can be cleared while it is installed', async () => {
  let isFired = false
  const timer = setTimeout(() => (isFired = true), 1)
  using _installed = installTime(1)
  clearTimeout(timer)
  await new Promise(resolve => setTimeout(resolve, 5))
  expect(isFired).toBe(false)
})

test('time has one rate', () => {
  using _installed = installTime(2)
  expect(() => installTime(3)).toThrow('running in this process already')
})
