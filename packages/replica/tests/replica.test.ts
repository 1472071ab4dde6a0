import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { replicaNetwork } from './network.ts'
import { keyOf, toy } from './toy-rules.ts'

test('an entry put on one node reaches all', async () => {
  await using network = await replicaNetwork({ size: 3 })
  await until(() => network.stacks.every(stack => stack.broadcast!.topics[0]!.subscribers.length === 2))
  const createdMs = Date.now()
  await network.replica(0).publish(toy({ createdMs, text: 'red, 80 €' }))
  for (const index of [1, 2]) {
    const held = await until(() => network.replica(index).get(keyOf('alice', 'bicycle')))
    expect(held.entry.text).toBe('red, 80 €')
    expect(held.meta).toMatchObject({ createdMs, isOwn: false, isFinal: false })
  }
  expect(network.replica(0).status()).toMatchObject({ entries: 1, live: 1, counters: { published: 1 } })
})
