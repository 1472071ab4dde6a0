import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { alone, START_MS } from './alone.ts'
import { forged, keyOf, toy, toyRules } from './toy-rules.ts'
import type { Toy } from './toy-rules.ts'

test('what is valid and new is relayed once, what is known or late is not, and nobody is to blame', async () => {
  await using node = await alone()
  const [first, second] = [1, 2].map(seq => toy({ createdMs: START_MS, seq }))
  expect(await node.hear(second!)).toBe('accept')
  expect(await node.hear(second!)).toBe('ignore')
  expect(await node.hear(first!)).toBe('ignore')
  expect(await node.hear(toy({ createdMs: START_MS - 9_000, expiresMs: START_MS - 1 }))).toBe('ignore')
  expect(await node.hear(toy({ createdMs: START_MS + 130_000, name: 'early' }))).toBe('ignore')
  expect(node.replica.status().counters.verdicts).toMatchObject({
    new: 1,
    known: 1,
    superseded: 1,
    expired: 1,
    future: 1,
  })
})

test('who sends what is not proven, or nonsense, again and again loses its connection', async () => {
  await using node = await alone({ maxOffences: 4 })
  const bad = [new Uint8Array(3), forged({ createdMs: START_MS }), forged({ createdMs: START_MS, name: 'b' })]
  for (const entry of bad) expect(await node.hear(entry, 'mallory')).toBe('reject')
  expect(await node.hear(forged({ createdMs: START_MS }), 'honest once')).toBe('reject')
  expect(node.dropped).toEqual([])
  expect(await node.hear(new Uint8Array(20_000), 'mallory')).toBe('reject')
  expect(node.dropped).toEqual(['mallory'])
  expect(node.replica.status().counters).toMatchObject({ peersDropped: 1 })
  expect(node.replica.status().counters.verdicts).toMatchObject({ malformed: 2, unproven: 3 })
  expect(node.changes).toEqual([])
})

/** Rules whose proofs wait until they are let go. */
function heldBack() {
  const waiting: Array<() => void> = []
  const rules = toyRules()
  const verified: number[] = []
  return {
    verified,
    release: () => {
      for (const next of waiting.splice(0)) next()
    },
    rules: toyRules({
      verify: async entries => {
        verified.push(entries.length)
        await new Promise<void>(resolve => waiting.push(resolve))
        return rules.verify(entries)
      },
    }),
  }
}

test('an entry that comes from many at once is proven once', async () => {
  const { rules, verified, release } = heldBack()
  await using node = await alone({ rules })
  const entry = toy({ createdMs: START_MS })
  const verdicts = ['a', 'b', 'c'].map(peer => node.hear(entry, peer))
  await until(() => verified.length > 0)
  release()
  expect(await Promise.all(verdicts)).toEqual(['accept', 'ignore', 'ignore'])
  expect(verified).toEqual([1])
})

test('a forged one that comes from many at once is blamed on all of them', async () => {
  const { rules, verified, release } = heldBack()
  await using node = await alone({ rules })
  const verdicts = ['a', 'b'].map(peer => node.hear(forged({ createdMs: START_MS }), peer))
  await until(() => verified.length > 0)
  release()
  expect(await Promise.all(verdicts)).toEqual(['reject', 'reject'])
})

test('a peer that sends faster than can be checked fills its own line, and others are heard', async () => {
  const { rules, verified, release } = heldBack()
  await using node = await alone({ rules, maxQueued: 100, maxQueuedPerPeer: 20 })
  const flood = Array.from({ length: 50 }, (_, index) =>
    node.hear(toy({ createdMs: START_MS, owner: 'flood', name: `n${index}` }), 'flood'),
  )
  const honest = node.hear(toy({ createdMs: START_MS, text: 'honest' }), 'honest')
  await until(() => verified.reduce((sum, count) => sum + count, 0) === 21)
  expect(node.replica.status()).toMatchObject({ queued: 21, counters: { overloaded: 30 } })
  release()
  expect(await honest).toBe('accept')
  const verdicts = await Promise.all(flood)
  expect(verdicts.filter(verdict => verdict === 'accept')).toHaveLength(20)
  // what was turned away is not blamed on anybody: it comes again by synchronization
  expect(verdicts.filter(verdict => verdict === 'ignore')).toHaveLength(30)
})

test('rules that fail are nobody’s fault, and the next entry is judged again', async () => {
  let isBroken = true
  const rules = toyRules()
  await using node = await alone({
    rules: toyRules({
      verify: async entries => {
        if (isBroken) throw new Error('no threads')
        return rules.verify(entries)
      },
    }),
  })
  const entry = toy({ createdMs: START_MS })
  expect(await node.hear(entry)).toBe('ignore')
  isBroken = false
  expect(await node.hear(entry)).toBe('accept')
})

test('versions that were proven in another order than they came end with the highest', async () => {
  const waiting: Array<{ entries: readonly Toy[]; release: () => void }> = []
  const rules = toyRules()
  await using node = await alone({
    rules: toyRules({
      verify: async entries => {
        await new Promise<void>(release => waiting.push({ entries, release }))
        return rules.verify(entries)
      },
    }),
  })
  const verdicts: Array<Promise<unknown>> = []
  for (const seq of [1, 2, 3]) {
    verdicts.push(node.hear(toy({ createdMs: START_MS, seq, text: `version ${seq}` })))
    await until(() => waiting.length === seq)
  }
  for (const index of [1, 0, 2]) {
    waiting[index]!.release()
    await verdicts[index]
  }
  expect((await node.replica.get(keyOf('alice', 'bicycle')))!.entry.text).toBe('version 3')
  await node.replica.stop()
  await node.replica.start()
  expect((await node.replica.get(keyOf('alice', 'bicycle')))!.entry.text).toBe('version 3')
})
