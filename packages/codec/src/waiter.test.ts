import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { orAborted, Waiter } from './waiter.ts'

test('an abort settles it in the same turn: what comes next is not handed to it', async () => {
  const stop = new AbortController()
  const waiter = new Waiter<string>(stop.signal)
  stop.abort(new Error('enough'))
  expect(waiter.isSettled).toBe(true)
  waiter.resolve('late')
  await expect(waiter.promise).rejects.toThrow('enough')
})

test('what came before an abort counts', async () => {
  const stop = new AbortController()
  const waiter = new Waiter<string>(stop.signal)
  waiter.resolve('first')
  stop.abort()
  expect(await waiter.promise).toBe('first')
})

test('no listener stays on the signal, however it ends', async () => {
  const { signal } = new AbortController()
  new Waiter<void>(signal).resolve()
  const rejected = new Waiter<void>(signal)
  rejected.reject(new Error('broken'))
  await expect(rejected.promise).rejects.toThrow('broken')
  await orAborted(Promise.resolve(), signal)
  await expect(orAborted(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken')
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('a signal that has aborted before is noticed', async () => {
  await expect(orAborted(new Promise(() => {}), AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
})

test('a promise that rejects after it was given up concerns nobody', async () => {
  const later = Promise.withResolvers<void>()
  const stop = new AbortController()
  const waiting = orAborted(later.promise, stop.signal)
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  // an unhandled rejection would fail the run
  later.reject(new Error('too late'))
})
