import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { inState, knows, mailNetwork, text, waiting } from './network.ts'

test('two nodes of one identity both get a letter, and what one acknowledges is cleared on the other', async () => {
  await using network = await mailNetwork({ size: 3, topology: 'line' })
  const [alice, bob] = [network.mail(0), network.mail(2)]
  // the same peer id: at the other end, since a peer takes the two for one
  const second = await network.join({ privateKey: network.key(2) })
  await network.connect(3, 0)
  await knows(alice, 4)
  const cleared: string[] = []
  second.addEventListener('cleared', ({ detail }) => cleared.push(detail.id))

  const sent = await alice.send(network.node(2).peerId, text('to both'))
  const [[letter], [other]] = await Promise.all([waiting(bob, ['to both']), waiting(second, ['to both'])])
  expect([letter!.id, other!.id]).toEqual([sent.id, sent.id])
  await letter!.ack()
  await waiting(second, [])
  expect(cleared).toEqual([sent.id])
  expect(second.stats()).toMatchObject({ unread: 0, counters: { cleared: 1 } })
  await inState(alice, sent.id, 'delivered')
  // too late: it changes nothing
  await other!.ack()
  expect(second.stats().counters.acknowledged).toBe(0)
})

test('what another node acknowledged is cleared after a start, too, when it could not be written before', async () => {
  let isBroken = false
  const onStep = (step: string): void => {
    if (isBroken && step === 'before:receipt-marked') throw new Error('it ends here')
  }
  await using network = await mailNetwork({ size: 3, topology: 'line' }, index => (index === 2 ? { onStep } : {}))
  const [alice, bob] = [network.mail(0), network.mail(2)]
  const second = await network.join({ privateKey: network.key(2) })
  await network.connect(3, 0)
  await knows(alice, 4)
  await alice.send(network.node(2).peerId, text('to both'))
  await waiting(bob, ['to both'])
  isBroken = true
  const [letter] = await waiting(second, ['to both'])
  await letter!.ack()
  await until(() => bob.stats().letters[0]!.live === 0, { what: 'the receipt to reach the first' })
  expect(bob.stats().unread).toBe(1)
  await network.stack(2).stop()
  const back = network.mail(await network.back(2, {}))
  await waiting(back, [])
})

test('a letter to oneself arrives here, and at the other node of the identity', async () => {
  await using network = await mailNetwork({ size: 3, topology: 'line' })
  const alice = network.mail(0)
  const alone = await alice.send(network.node(0).peerId, text('a note'))
  expect(alone).toMatchObject({ state: 'stored', isHandedOver: true })
  const [note] = await waiting(alice, ['a note'])
  await note!.ack()
  await inState(alice, alone.id, 'delivered')

  const second = await network.join({ privateKey: network.key(0) })
  await network.connect(3, 2)
  await knows(alice, 4)
  const sent = await alice.send(network.node(0).peerId.toString(), text('a note for both'))
  const [here] = await waiting(alice, ['a note for both'])
  await waiting(second, ['a note for both'])
  await here!.ack()
  await waiting(second, [])
  await inState(alice, sent.id, 'delivered')
})

test('an identity that is not the node’s has its mail too, by the long way', async () => {
  const privateKey = await generateKeyPair('Ed25519')
  await using network = await mailNetwork({ size: 2 }, index => (index === 0 ? { privateKey } : {}))
  const [service, bob] = [network.mail(0), network.mail(1)]
  await knows(bob, 2)
  const sent = await bob.send(peerIdFromPrivateKey(privateKey), text('to an identity'))
  expect(sent).toMatchObject({ isHandedOver: false, stored: 1 })
  const [letter] = await waiting(service, ['to an identity'])
  await letter!.ack()
  await inState(bob, sent.id, 'delivered')
  // whoever kept the letter keeps the receipt instead
  await until(() => [service, bob].every(one => one.stats().letters[0]!.live === 0))
})
