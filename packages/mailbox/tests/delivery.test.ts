import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { inState, knows, mailNetwork, text, textOf, waiting } from './network.ts'

test('a letter goes straight to a receiver that is there, and its receipt comes straight back', async () => {
  await using network = await mailNetwork({ size: 2 })
  const [alice, bob] = [network.mail(0), network.mail(1)]
  await knows(alice, 2)
  const sent = await alice.send(network.node(1).peerId, text('hello'), { contentType: 'text/plain' })
  expect(sent).toMatchObject({ state: 'stored', stored: 1, isHandedOver: true, contentType: 'text/plain' })

  const [letter] = await waiting(bob, ['hello'])
  expect(letter).toMatchObject({ id: sent.id, contentType: 'text/plain', expiresMs: sent.expiresMs })
  expect(letter!.from.equals(network.node(0).peerId)).toBe(true)
  expect(textOf(letter!)).toBe('hello')
  await letter!.ack()
  await waiting(bob, [])
  await inState(alice, sent.id, 'delivered')
  // nobody else ever had it
  expect(alice.stats().letters[0]!.entries).toBe(0)
})

test('a letter waits with a third node while its receiver is away, and its receipt while its sender is', async () => {
  await using network = await mailNetwork({ size: 3 })
  await knows(network.mail(1), 3)
  // the one who is written to leaves
  await network.kill(0)
  const sent = await network.mail(1).send(network.node(0).peerId, text('an offer'))
  expect(sent).toMatchObject({ state: 'stored', stored: 1, isHandedOver: false })
  await network.kill(1)

  const back = await network.back(0)
  await network.connect(back, 2)
  const [letter] = await waiting(network.mail(back), ['an offer'])
  await letter!.ack()
  const sender = await network.back(1)
  await network.connect(sender, 2)
  await inState(network.mail(sender), sent.id, 'delivered')
})

test('where the mail is in shards, a letter and its receipt are in that of their receiver', async () => {
  await using network = await mailNetwork({ size: 3 }, { bucketBits: 4, shardBits: 2 })
  const [alice, carol] = [network.mail(0), network.mail(2)]
  await knows(alice, 3)
  const { bucket } = network.mail(1).ownKeys()
  await network.kill(1)
  const sent = await alice.send(network.node(1).peerId, text('to a shard'))
  expect(sent).toMatchObject({ state: 'stored', stored: 1 })
  expect(carol.stats().letters.map(({ entries }) => entries)).toEqual(
    [0, 1, 2, 3].map(shard => (shard === bucket >> 2 ? 1 : 0)),
  )
  const back = await network.back(1, { bucketBits: 4, shardBits: 2 })
  await network.connect(back, 2)
  const [letter] = await waiting(network.mail(back), ['to a shard'])
  await letter!.ack()
  await inState(alice, sent.id, 'delivered')
})

test('a post-quantum letter goes the same ways, and what nobody can open is of no use to whoever keeps it', async () => {
  await using network = await mailNetwork({ size: 3 }, { suite: 'mlkem768-x25519', bucketBits: 0 })
  const [alice, carol] = [network.mail(0), network.mail(2)]
  await knows(alice, 3)
  await network.kill(1)
  const sent = await alice.send(network.node(1).peerId, text('later secrets'))
  expect(sent).toMatchObject({ state: 'stored' })
  // of its bucket, so it was tried
  await until(() => carol.stats().counters.tried === 1)
  expect(carol.stats()).toMatchObject({ unread: 0, counters: { opened: 0, held: 1 } })
  const back = await network.back(1, { suite: 'mlkem768-x25519', bucketBits: 0 })
  await network.connect(back, 2)
  expect(textOf((await waiting(network.mail(back), ['later secrets']))[0]!)).toBe('later secrets')
})
