import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { eventually, until, WaitError } from './until.ts'

test('returns at once what is already there', async () => {
  expect(await until(() => 'there', { on: [[new EventTarget(), 'never']] })).toBe('there')
})

test.each([
  [
    'an EventTarget',
    new EventTarget(),
    (target: unknown) => (target as EventTarget).dispatchEvent(new Event('change')),
  ],
  ['an EventEmitter', new EventEmitter(), (target: unknown) => (target as EventEmitter).emit('change')],
])('asks again after an event of %s, and no more once it is done', async (_, target, fire) => {
  let value = 0
  const waiting = until(() => value > 1 && value, { on: [[target, 'change']] })
  for (value = 1; value < 3; value++) {
    fire(target)
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(await waiting).toBe(2)
  expect(target instanceof EventEmitter ? target.listenerCount('change') : 0).toBe(0)
})

test('sees a change that comes while an asynchronous predicate is being answered', async () => {
  const target = new EventTarget()
  let changed = false
  let asked = 0
  const predicate = async () => {
    const answer = changed
    if (asked++ === 0) {
      changed = true
      target.dispatchEvent(new Event('change'))
      await new Promise(resolve => setImmediate(resolve))
    }
    return answer
  }
  expect(await until(predicate, { on: [[target, 'change']] })).toBe(true)
})

test('polls when it has no event to wait for', async () => {
  let asked = 0
  expect(await until(() => ++asked > 30)).toBe(true)
})

test('the error says what was waited for and what was seen last', async () => {
  const waiting = until(() => null, { timeoutMs: 5, what: () => 'three peers, has 1' })
  await expect(waiting).rejects.toThrow(WaitError)
  await expect(waiting).rejects.toThrow(/waited 5 ms for three peers, has 1; last value after \d+ checks: null/)
})

test('ends when a predicate never answers', async () => {
  await expect(until(() => new Promise(() => {}), { timeoutMs: 5, what: 'an answer' })).rejects.toThrow('an answer')
})

test('rejects with the reason of its signal', async () => {
  const stop = new AbortController()
  const waiting = until(() => false, { signal: stop.signal })
  stop.abort(new Error('test over'))
  await expect(waiting).rejects.toThrow('test over')
  await expect(until(() => true, { signal: stop.signal })).rejects.toThrow('test over')
})

test('what a predicate throws is not taken for a no', async () => {
  await expect(
    until(() => {
      throw new TypeError('broken')
    }),
  ).rejects.toThrow(TypeError)
})

test('eventually waits for an assertion to hold, and tells how it last failed', async () => {
  let value = 0
  await eventually(() => expect(++value).toBe(5))
  const failing = eventually(() => expect(value).toBe(6), { timeoutMs: 5 })
  await expect(failing).rejects.toThrow('expected 5 to be 6')
  await expect(failing).rejects.toMatchObject({ name: 'WaitError', cause: { name: 'AssertionError' } })
})
