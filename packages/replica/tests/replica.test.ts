import { seeded, until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { replicaNetwork } from './network.ts'
import { keyOf, toy } from './toy-rules.ts'
import type { Replica } from '../src/index.ts'
import type { ReplicaNetwork } from './network.ts'
import type { Toy } from './toy-rules.ts'

/** All hold the same, byte for byte: ids are hashes of bytes. */
function areEqual(replicas: ReadonlyArray<Replica<Toy>>): boolean {
  const ids = replicas.map(replica =>
    replica
      .scan({ limit: 10_000 })
      .metas.map(({ itemId }) => Buffer.from(itemId).toString('hex'))
      .join(),
  )
  return new Set(ids).size === 1
}

async function untilEqual(replicas: ReadonlyArray<Replica<Toy>>, entries: number): Promise<void> {
  await until(() => replicas[0]!.status().entries === entries && areEqual(replicas), {
    what: () => `${entries} entries in all, there are ${replicas.map(replica => replica.status().entries).join(', ')}`,
    timeoutMs: 30_000,
  })
}

function replicasOf(network: ReplicaNetwork): Array<Replica<Toy>> {
  return network.stacks.map((_, index) => network.replica(index))
}

async function meshed(network: ReplicaNetwork): Promise<void> {
  const others = network.stacks.length - 1
  await until(() => network.stacks.every(stack => stack.broadcast!.topics[0]?.subscribers.length === others))
}

test('an entry put on one node reaches all by gossip', async () => {
  await using network = await replicaNetwork({ size: 3 })
  await meshed(network)
  const createdMs = Date.now()
  const published = await network.replica(0).publish(toy({ createdMs, text: 'red, 80 €' }))
  expect(published).toMatchObject({ createdMs, isOwn: true })
  for (const index of [1, 2]) {
    const held = await until(() => network.replica(index).get(keyOf('alice', 'bicycle')))
    expect(held.entry.text).toBe('red, 80 €')
    expect(held.meta).toMatchObject({ createdMs, isOwn: false, isFinal: false })
  }
  expect(network.replica(0).status()).toMatchObject({ entries: 1, live: 1, counters: { published: 1 } })
})

test('a removal takes the entry away everywhere, and is kept', async () => {
  await using network = await replicaNetwork({ size: 3 })
  await meshed(network)
  const createdMs = Date.now()
  await network.replica(0).publish(toy({ createdMs }))
  await untilEqual(replicasOf(network), 1)
  await network.replica(0).publish(toy({ createdMs: createdMs + 1, isFinal: true }))
  await until(() => replicasOf(network).every(replica => replica.status().live === 0))
  for (const replica of replicasOf(network)) {
    expect((await replica.get(keyOf('alice', 'bicycle')))!.meta.isFinal).toBe(true)
  }
})

test('a node that joins later gets all, and tells how far it is', async () => {
  await using network = await replicaNetwork({ size: 1 })
  const createdMs = Date.now()
  const entries = Array.from({ length: 2_000 }, (_, index) =>
    toy({ createdMs, name: `n${index}`, text: 'x'.repeat(500) }),
  )
  const progress: number[] = []
  expect(
    await network.replica(0).publishMany(entries, { onProgress: ({ published }) => progress.push(published) }),
  ).toEqual({ published: 2_000, refused: 0 })
  expect(progress.at(-1)).toBe(2_000)
  const late = await network.join()
  const seen: Array<{ received: number; expected: number; done: boolean }> = []
  late.addEventListener('sync', ({ detail }) => seen.push(detail))
  await network.connect(1, 0)
  await untilEqual(replicasOf(network), 2_000)
  await until(() => seen.at(-1)?.done)
  expect(seen.at(-1)).toMatchObject({ received: 2_000, expected: 2_000 })
})

test('two halves that were apart have the same afterwards, removals included', async () => {
  await using network = await replicaNetwork(
    { size: 4 },
    { sync: { minSyncIntervalMs: 200, maxSyncIntervalMs: 1_000 } as never },
  )
  await meshed(network)
  const createdMs = Date.now()
  const put = (index: number, name: string, isFinal = false, later = 0) =>
    network.replica(index).publish(toy({ createdMs: createdMs + later, name, isFinal, text: `by ${index}` }))
  await put(0, 'before')
  await put(0, 'removed')
  await untilEqual(replicasOf(network), 2)
  network.partition([0, 1])
  await put(0, 'left')
  await put(3, 'right')
  await put(2, 'removed', true, 1)
  await put(0, 'both', false, 1)
  await put(3, 'both', false, 2)
  await untilEqual([network.replica(0), network.replica(1)], 4)
  await untilEqual([network.replica(2), network.replica(3)], 4)
  network.heal()
  await untilEqual(replicasOf(network), 5)
  for (const replica of replicasOf(network)) {
    expect((await replica.get(keyOf('alice', 'both')))!.entry.text).toBe('by 3')
    expect((await replica.get(keyOf('alice', 'removed')))!.meta.isFinal).toBe(true)
  }
})

test('a restart keeps everything, and only what was missed comes from peers', async () => {
  await using network = await replicaNetwork({ size: 2 })
  await meshed(network)
  const createdMs = Date.now()
  await network.replica(0).publishMany(Array.from({ length: 300 }, (_, index) => toy({ createdMs, name: `n${index}` })))
  await untilEqual(replicasOf(network), 300)
  await network.stack(1).stop()
  await network.replica(0).publish(toy({ createdMs, name: 'meanwhile' }))
  const back = await network.join(network.level(1))
  expect(back.status()).toMatchObject({ entries: 300, live: 300 })
  await network.connect(2, 0)
  await untilEqual([network.replica(0), back], 301)
  expect(back.status().sync!.counters.received).toBeLessThanOrEqual(1)
})

test('any order, repetition and loss of arrivals ends in equal sets after synchronization', async () => {
  await seeded(async random => {
    // what had no room a moment ago is asked for again
    await using network = await replicaNetwork({ size: 3, topology: 'none' }, { budgetBytes: 40_000, forgottenMs: 1 })
    const createdMs = Date.now()
    const entries = Array.from({ length: 150 }, () =>
      toy({
        createdMs: createdMs - random.int(0, 50_000),
        owner: random.pick(['alice', 'bob']),
        name: `n${random.int(0, 60)}`,
        seq: random.int(1, 5),
        isFinal: random.chance(0.2),
        text: 'x'.repeat(random.int(0, 600)),
      }),
    )
    for (const replica of replicasOf(network)) {
      const arrivals = random.shuffle([...entries, ...entries]).filter(() => random.chance(0.4))
      await Promise.all(arrivals.map(entry => replica.take(entry)))
    }
    const pairs = [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const
    for (const [from, to] of pairs) await network.connect(from, to)
    await until(
      async () => {
        for (const [from, to] of pairs) await network.replica(from).syncWith(network.stack(to).peerId)
        return areEqual(replicasOf(network))
      },
      { timeoutMs: 30_000 },
    )
    const { chargedBytes, budgetBytes } = network.replica(0).status()
    expect(chargedBytes).toBeLessThanOrEqual(budgetBytes)
  })
})
