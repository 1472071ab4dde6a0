import { expect, test } from 'vitest'
import { Subscription } from './subscription.ts'

function subscription(signal?: AbortSignal) {
  let ends = 0
  const made = new Subscription<number>({ maxMessages: 2, maxBytes: 100, signal, onEnd: () => ends++ })
  return { made, ends: () => ends }
}

test('readers that wait are served in order, before anything is buffered', async () => {
  const { made } = subscription()
  const [first, second] = [made.next(), made.next()]
  for (const value of [1, 2, 3]) expect(made.push(value, 10)).toBe(0)
  expect(await Promise.all([first, second, made.next()])).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }])
})

test('a slow reader loses the oldest, and is told how many', async () => {
  const { made } = subscription()
  expect([1, 2, 3, 4].map(value => made.push(value, 10))).toEqual([0, 0, 1, 1])
  expect((await made.next()).value).toBe(3)
})

test('what is held can be read after the end; then it is done', async () => {
  const { made, ends } = subscription()
  made.push(1, 10)
  made.end()
  made.push(2, 10)
  const read = []
  for await (const value of made) read.push(value)
  expect(read).toEqual([1])
  expect(ends()).toBe(1)
})

test('leaving the loop lets go of everything', async () => {
  const { made, ends } = subscription()
  made.push(1, 10)
  made.push(2, 10)
  for await (const value of made) {
    expect(value).toBe(1)
    break
  }
  expect(ends()).toBe(1)
  expect(await made.next()).toEqual({ value: undefined, done: true })
})

test('a signal ends the wait with `aborted` and its reason', async () => {
  const controller = new AbortController()
  const { made, ends } = subscription(controller.signal)
  const waiting = made.next()
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toMatchObject({ code: 'aborted', cause: new Error('enough') })
  await expect(made.next()).rejects.toMatchObject({ code: 'aborted' })
  expect(ends()).toBe(1)
  expect(subscription(controller.signal).ends()).toBe(1)
})
