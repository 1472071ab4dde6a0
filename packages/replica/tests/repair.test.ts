import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { alone, faultyLevel, START_MS } from './alone.ts'
import { keyOf, toy } from './toy-rules.ts'

const FULL = 'No space left on device'
const TEXT = 'x'.repeat(100)

test('a full disk makes the replica read-only, with the reason, and serves what it has', async () => {
  const { level, setFault } = faultyLevel()
  await using node = await alone({}, level)
  const { replica, states, rumours } = node
  await replica.publish(toy({ createdMs: START_MS, name: 'kept', text: 'kept' }))
  setFault(FULL)
  await expect(replica.publish(toy({ createdMs: START_MS, name: 'refused' }))).rejects.toMatchObject({
    code: 'read-only',
    retryable: true,
  })
  expect(states).toEqual([expect.stringContaining(FULL)])
  expect(replica.status().readOnly).toContain(FULL)
  expect((await replica.get(keyOf('alice', 'kept')))!.entry.text).toBe('kept')
  await until(async () => (await replica.get(keyOf('alice', 'refused'))) === undefined)
  expect(rumours).toHaveLength(1)
})

test('what arrives while nothing can be stored is neither taken, nor relayed, nor blamed on its sender', async () => {
  const { level, setFault } = faultyLevel()
  await using node = await alone({}, level)
  setFault(FULL)
  const entry = toy({ createdMs: START_MS })
  expect(await node.hear(entry)).toBe('ignore')
  expect(await node.hear(entry)).toBe('ignore')
  await until(() => node.replica.scan({ limit: 10 }).metas.length === 0)
  expect(node.changes).toEqual([])
  await expect(node.replica.take(entry)).rejects.toMatchObject({ code: 'read-only' })
})

test('it is back to normal when there is space again, and says so', async () => {
  const { level, setFault } = faultyLevel()
  await using node = await alone({ storeRetryMs: 1_000 }, level)
  const { replica, clock, states } = node
  setFault(FULL)
  await expect(replica.publish(toy({ createdMs: START_MS }))).rejects.toMatchObject({ code: 'read-only' })
  await clock.advance(10_000)
  expect(replica.status().readOnly).toBeDefined()
  setFault(undefined)
  await clock.advance(16_000)
  await until(() => states.includes('writable'))
  expect(replica.status().readOnly).toBeUndefined()
  await replica.publish(toy({ createdMs: START_MS }))
  expect(node.changes.map(({ type }) => type)).toEqual(['put'])
})

test('what could not be stored gives way to what it replaced, and to what was dropped for it', async () => {
  const { level, setFault } = faultyLevel()
  // room for four of 512 bytes
  await using node = await alone({ budgetBytes: 2_048, admission: 'open' }, level)
  const { replica, changes } = node
  for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
    expect(await replica.take(toy({ createdMs: START_MS - 10 + index, name, text: TEXT }))).toBe('new')
  }
  setFault(FULL)
  const told = changes.length
  const refused = [
    toy({ createdMs: START_MS, name: 'd', text: 'second' }),
    toy({ createdMs: START_MS, name: 'e', text: TEXT }),
  ]
  for (const result of await Promise.allSettled(refused.map(entry => replica.take(entry)))) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'read-only' } })
  }
  for (const name of ['a', 'b', 'c', 'd']) {
    await until(async () => (await replica.get(keyOf('alice', name)))?.entry.text === TEXT)
  }
  expect(replica.status().entries).toBe(4)
  expect(changes).toHaveLength(told)
})

test('what expires while nothing can be written is gone at once, and from the disk later', async () => {
  const { level, setFault } = faultyLevel()
  await using node = await alone({ storeRetryMs: 60_000 }, level)
  const { replica, clock } = node
  await replica.publish(toy({ createdMs: START_MS, expiresMs: START_MS + 5_000 }))
  setFault(FULL)
  await expect(replica.publish(toy({ createdMs: START_MS, name: 'refused' }))).rejects.toMatchObject({
    code: 'read-only',
  })
  await clock.advance(5_000)
  expect(await replica.get(keyOf('alice', 'bicycle'))).toBeUndefined()
  expect(replica.status()).toMatchObject({ entries: 0, live: 0 })
  setFault(undefined)
  await clock.advance(120_000)
  await until(() => node.states.includes('writable'))
  await replica.stop()
  const rows = await level.sublevel('test/toys/0').keys().all()
  expect(rows).toEqual([])
})
