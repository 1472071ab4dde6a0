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
