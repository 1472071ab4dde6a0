import { random, until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { QUIET, replicaOf, syncNetwork } from './sync-nodes.ts'
import { entryOf } from './sync-model.ts'

const source = random('sync over libp2p')

function fill(replica: ReturnType<typeof replicaOf>, count: number): void {
  for (let i = 0; i < count; i++) replica.set.add(entryOf(source, source.int(200, 800)))
}

describe('two nodes', () => {
  test.each(['memory', 'tcp'] as const)('have equal sets after one session over %s', async transport => {
    await using network = await syncNetwork({ size: 2, transport, topology: 'none', options: QUIET })
    const [a, b] = [replicaOf(network.node(0)), replicaOf(network.node(1))]
    fill(a, 1_000)
    fill(b, 1_500)
    await network.connect(network.node(0), network.node(1))
    await until(() => a.set.keys.length === 2_500 && b.set.keys.length === 2_500)

    expect(a.set.keys).toEqual(b.set.keys)
    await until(() => a.sync.status().counters.sessions.done === 1)
    expect(a.sync.status()).toMatchObject({
      sessionsOut: 0,
      hasSynced: true,
      counters: { received: 1_500, sent: 1_000 },
    })
    expect(a.progress.at(-1)).toMatchObject({ received: 1_500, expected: 1_500, done: true })
    expect([a.blamed, b.blamed]).toEqual([[], []])
  })

  test('catch up at the cost of the difference', async () => {
    await using network = await syncNetwork({ size: 2, topology: 'full', options: QUIET })
    const [a, b] = [replicaOf(network.node(0)), replicaOf(network.node(1))]
    fill(a, 20_000)
    await a.sync.syncWith(network.node(1).peerId)
    expect(b.set.keys.length).toBe(20_000)
    const gone = a.set.keys.slice(0, 500)
    for (const key of gone) a.set.remove(key)
    b.set.refuses = () => false
    fill(a, 500)
    for (const key of gone) a.set.forgotten.add(key)
    const report = await a.sync.syncWith(network.node(1).peerId)

    expect(b.set.keys.length).toBe(20_500)
    expect(report).toMatchObject({ received: 0, sent: 500 })
    // 500 entries of about 500 bytes, and what it takes to find a thousand differences scattered over all
    expect(report.bytesOut + report.bytesIn).toBeLessThan(500 * 550 + 1_000 * 700)
  })
})
