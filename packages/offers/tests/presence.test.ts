import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { listed, nextEvent, offersNetwork, text } from './network.ts'

// short, so that tests are; versions of one key may then come faster than once a second
const FAST = { leaseMs: 1_500, replica: { keyIntervalMs: 50 } }

test('an offer while online is live while its owner renews, beyond the first lease', async () => {
  await using network = await offersNetwork({ size: 2 }, FAST)
  const [alice, bob] = [network.offers(0), network.offers(1)]
  const watch = bob.watch()
  const put = await alice.publish('btc-eur', text('while here'), { whileOnline: true })
  expect(put).toMatchObject({ state: 'live', whileOnline: true })
  await listed(bob, ['while here'])
  const first = alice.status().leaseUntilMs!
  expect(first - Date.now()).toBeLessThanOrEqual(FAST.leaseMs)
  await until(() => (alice.status().leaseUntilMs ?? 0) > first + FAST.leaseMs)
  expect((await bob.get(put.key))?.state).toBe('live')
  expect(bob.status().ownersOnline).toBe(1)
  // told added, and nothing of it being stale
  expect((await nextEvent(watch)).type).toMatch(/added/)
  await alice.remove(put.key)
  const rest = []
  do rest.push((await nextEvent(watch)).type)
  while (rest.at(-1) !== 'removed')
  expect(rest.filter(type => type === 'stale')).toEqual([])
})

test('offers of an owner who vanished turn stale everywhere within a lease, are kept, and live again when they return', async () => {
  await using network = await offersNetwork({ size: 3 }, FAST)
  const [alice, bob, carol] = [network.offers(0), network.offers(1), network.offers(2)]
  const { key } = await alice.publish('btc-eur', text('while here'), { whileOnline: true })
  await alice.publish('btc-eur', text('always'))
  for (const other of [bob, carol]) await listed(other, ['while here', 'always'])
  const watches = [bob, carol].map(other => other.watch())

  network.partition([0], undefined, 'cut')
  for (const watch of watches) {
    expect(await nextEvent(watch)).toMatchObject({ type: 'stale', key, offer: { state: 'stale' } })
  }
  for (const other of [bob, carol]) {
    await listed(other, ['always'])
    const all = await listed(other, ['while here', 'always'], { includeStale: true })
    expect(all.map(({ state }) => state).toSorted()).toEqual(['live', 'stale'])
    expect(other.markets()).toEqual([{ market: 'btc-eur', live: 1, stale: 1, total: 2 }])
    expect((await other.get(key))?.state).toBe('stale')
  }

  network.heal()
  await network.connect(0, 1)
  for (const watch of watches)
    expect(await nextEvent(watch)).toMatchObject({ type: 'live', key, offer: { state: 'live' } })
  for (const other of [bob, carol]) await listed(other, ['while here', 'always'])
})

test('a node that stops says so: its offers are stale at once', async () => {
  await using network = await offersNetwork({ size: 2 }, { leaseMs: 60_000 })
  const [alice, bob] = [network.offers(0), network.offers(1)]
  const { key } = await alice.publish('btc-eur', text('while here'), { whileOnline: true })
  await listed(bob, ['while here'])
  const watch = bob.watch()
  await network.stack(0).stop()
  expect(await nextEvent(watch)).toMatchObject({ type: 'stale', key })
  await listed(bob, [])
})

test('a node that comes back with its store is online again without being told', async () => {
  await using network = await offersNetwork({ size: 2 }, FAST)
  const [alice, bob] = [network.offers(0), network.offers(1)]
  await alice.publish('btc-eur', text('while here'), { whileOnline: true })
  await listed(bob, ['while here'])
  const watch = bob.watch()
  await network.kill(0)
  network.heal()
  expect((await nextEvent(watch)).type).toBe('stale')
  const again = await network.join({ level: network.level(0), privateKey: network.key(0) })
  await network.connect(2, 1)
  expect((await nextEvent(watch)).type).toBe('live')
  await listed(again, ['while here'])
})

test('a lease is renewed only while an offer needs it', async () => {
  await using network = await offersNetwork(
    { size: 1, topology: 'none' },
    { leaseMs: 300, replica: { keyIntervalMs: 50 } },
  )
  const alice = network.offers(0)
  expect(alice.status().leaseUntilMs).toBeUndefined()
  const { key } = await alice.publish('btc-eur', text('while here'), { whileOnline: true })
  expect(alice.status().leaseUntilMs).toBeGreaterThan(Date.now())
  await alice.update(key, text('always'), { whileOnline: false })
  await until(() => alice.status().leaseUntilMs === undefined && alice.status().ownersOnline === 0)
  await listed(alice, ['always'])
})
