import { expect, test } from 'vitest'
import { Batches } from './batches.ts'

function batches(init: { maxUnderWay?: number; maxBytes?: number } = {}) {
  const sent: Array<{ batch: number[]; done: PromiseWithResolvers<void> }> = []
  const { maxUnderWay = 2, maxBytes = 100 } = init
  const made = new Batches<number>({
    maxItems: 2,
    maxBytes,
    maxUnderWay,
    send: batch => {
      const done = Promise.withResolvers<void>()
      sent.push({ batch, done })
      return done.promise
    },
  })
  return { made, sent, groups: () => sent.map(({ batch }) => batch) }
}

test('a batch goes when it has as many items or bytes as it may', async () => {
  const { made, groups } = batches({ maxUnderWay: 9, maxBytes: 10 })
  for (const [item, bytes] of [
    [1, 1],
    [2, 1],
    [3, 10],
    [4, 1],
  ] as const)
    await made.add(item, bytes)
  expect(groups()).toEqual([[1, 2], [3]])
})

test('whoever adds waits while as many are under way as may be', async () => {
  const { made, sent, groups } = batches()
  for (const item of [1, 2, 3]) await made.add(item, 1)
  let isTaken = false
  const fourth = made.add(4, 1).then(() => (isTaken = true))
  await Promise.resolve()
  expect([groups(), isTaken]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    false,
  ])
  sent[0]!.done.resolve()
  await fourth
  await made.add(5, 1)
  const finished = made.finish()
  for (const { done } of sent) done.resolve()
  await Promise.resolve().then(() => sent[2]?.done.resolve())
  await finished
  expect(groups()).toEqual([[1, 2], [3, 4], [5]])
})

test('what goes wrong is told to whoever adds or finishes', async () => {
  const { made, sent } = batches()
  for (const item of [1, 2]) await made.add(item, 1)
  sent[0]!.done.reject(new Error('no node'))
  await made.add(3, 1)
  await expect(made.finish()).rejects.toThrow('no node')
  sent[1]!.done.resolve()
  await made.settle()
})
