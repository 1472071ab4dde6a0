import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('work runs one at a time, in order, and the first at once', async () => {
  const turns = new Turns()
  const log: string[] = []
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const all = gates.map((gate, i) =>
    turns.take(async () => {
      log.push(`begin ${i}`)
      await gate.promise
      log.push(`end ${i}`)
    }),
  )
  expect(log).toEqual(['begin 0'])
  gates[1]!.resolve()
  gates[0]!.resolve()
  await Promise.all(all)
  expect(log).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1'])
})

test('who gives up while waiting lets nobody pass', async () => {
  const turns = new Turns()
  const gate = Promise.withResolvers<void>()
  const log: string[] = []
  const first = turns.take(() => gate.promise)
  const stop = new AbortController()
  const second = turns.take(async () => void log.push('second'), stop.signal)
  const third = turns.take(async () => void log.push('third'))
  stop.abort(new Error('enough'))
  await expect(second).rejects.toThrow('enough')
  expect(log).toEqual([])
  gate.resolve()
  await Promise.all([first, third])
  expect(log).toEqual(['third'])
})

test('work that fails ends its turn', async () => {
  const turns = new Turns()
  const failing = turns.take(() => Promise.reject(new Error('broken')))
  const next = turns.take(async () => 'next')
  await expect(failing).rejects.toThrow('broken')
  expect(await next).toBe('next')
})
