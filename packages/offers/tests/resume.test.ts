import { generateKeyPair } from '@libp2p/crypto/keys'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { listed, offersNetwork, text, textOf } from './network.ts'

test('a node that lost its store takes its offers over from the others, and goes on from them', async () => {
  await using network = await offersNetwork({ size: 2 })
  const bob = network.offers(1)
  const put = await network.offers(0).publish('btc-eur', text('1'), { name: 'rate' })
  const gone = await network.offers(0).publish('btc-eur', text('removed before the loss'))
  await network.offers(0).remove(gone.key)
  await listed(bob, ['1'])
  await until(async () => (await bob.get(gone.key)) === undefined)
  await network.kill(0)
  network.heal()

  const alice = await network.join({ privateKey: network.key(0) })
  expect((await alice.list()).offers).toEqual([])
  await network.connect(2, 1)
  const [mine] = await listed(alice, ['1'], { own: true })
  expect(mine).toMatchObject({ key: put.key, isOwn: true, seq: put.seq })
  const next = await alice.update(put.key, text('2'))
  expect(next.seq).toBeGreaterThan(put.seq)
  await listed(bob, ['2'])
  await alice.remove(put.key)
  await listed(bob, [])
})

test('what a node publishes before it has its lost offers back replaces them everywhere', async () => {
  await using network = await offersNetwork({ size: 2 })
  const bob = network.offers(1)
  await network.offers(0).publish('btc-eur', text('before the loss'), { name: 'rate', ttlMs: 86_400_000 })
  await listed(bob, ['before the loss'])
  await network.kill(0)
  network.heal()

  const alice = await network.join({ privateKey: network.key(0) })
  await alice.publish('btc-eur', text('after it'), { name: 'rate', ttlMs: 60_000 })
  await network.connect(2, 1)
  for (const node of [bob, alice]) expect((await listed(node, ['after it'])).length).toBe(1)
})

test('an offer that was removed without being known does not appear when it arrives', async () => {
  await using network = await offersNetwork({ size: 2 })
  const bob = network.offers(1)
  await network.offers(0).publish('btc-eur', text('still out there'), { name: 'rate' })
  await listed(bob, ['still out there'])
  await network.kill(0)
  network.heal()

  const alice = await network.join({ privateKey: network.key(0) })
  await alice.remove({ market: 'btc-eur', name: 'rate' })
  await network.connect(2, 1)
  for (const node of [bob, alice]) expect((await listed(node, [])).length).toBe(0)
})

test('two nodes with one key see each other’s offers as their own, and converge on one version of each', async () => {
  await using network = await offersNetwork({ size: 3, topology: 'line' }, { identity: 'shared' })
  const [alice, bob, carol] = [network.offers(0), network.offers(1), network.offers(2)]
  // the same peer id: at the other end, since a peer takes the two for one
  const second = await network.join({ privateKey: network.key(0), options: { identity: 'shared' } })
  await network.connect(3, 2)
  const put = await alice.publish('btc-eur', text('from the first'), { name: 'rate' })
  await listed(second, ['from the first'], { own: true })
  await second.update(put.key, text('from the second'))
  for (const node of [alice, bob, carol, second]) {
    expect((await listed(node, ['from the second']))[0]).toMatchObject({ key: put.key, name: 'rate' })
  }
})

test('two devices of one identity that write at once converge, also on who was online', async () => {
  const privateKey = await generateKeyPair('Ed25519')
  await using network = await offersNetwork({ size: 3 }, index => (index < 2 ? { privateKey, identity: 'shared' } : {}))
  const [first, second, other] = [network.offers(0), network.offers(1), network.offers(2)]
  network.partition([0])
  const here = await first.publish('btc-eur', text('here'), { name: 'both' })
  const there = await second.publish('btc-eur', text('there'), { name: 'both' })
  const online = await first.publish('btc-eur', text('while either is online'), { whileOnline: true })
  expect(here.key).toBe(there.key)
  network.heal()
  const winner = textOf([here, there].toSorted((a, b) => b.seq - a.seq)[0]!)
  for (const node of [first, second, other]) await listed(node, [winner, 'while either is online'])
  expect(online.owner.publicKey?.equals(privateKey.publicKey)).toBe(true)

  await network.stack(0).stop()
  const watch = other.watch()
  await second.publish('btc-eur', text('another'))
  for await (const event of watch) if (event.type === 'added') break
  await listed(other, [winner, 'while either is online', 'another'])
})

test('a later version by a device that did not know how long an earlier one lasts is held as long as it', async () => {
  const privateKey = await generateKeyPair('Ed25519')
  // as new as each other, they think: neither holds anything on account of the other's offers
  await using network = await offersNetwork({ size: 2, topology: 'none' }, { privateKey, identity: 'new' })
  const [first, second] = [network.offers(0), network.offers(1)]
  const long = await first.publish('btc-eur', text('long'), { name: 'rate', ttlMs: 86_400_000 })
  const short = await second.publish('btc-eur', text('short'), { name: 'rate', ttlMs: 60_000 })
  await network.connect(1, 0)
  for (const node of [first, second]) {
    const held = await until(async () => {
      const offer = await node.get(long.key)
      return offer !== undefined && offer.seq > short.seq && offer
    })
    expect(textOf(held)).toBe('short')
    expect(held.expiresMs).toBe(short.expiresMs)
  }
})

test('offers survive a restart on the same store', async () => {
  await using network = await offersNetwork({ size: 1, topology: 'none' })
  const { key } = await network.offers(0).publish('btc-eur', text('kept'), { name: 'rate' })
  await network.stack(0).stop()
  const again = await network.join({ level: network.level(0), privateKey: network.key(0) })
  await listed(again, ['kept'], { own: true })
  expect(textOf(await again.update(key, text('changed')))).toBe('changed')
})
