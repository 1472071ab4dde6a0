import { manualClock, until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { inState, knows, mailNetwork, text, waiting } from './network.ts'

const DAY_MS = 86_400_000

test('a letter whose receiver does not come in time expires everywhere, and is forgotten a week later', async () => {
  const clock = manualClock(Date.now())
  await using network = await mailNetwork({ size: 3 }, { clock })
  const [alice, carol] = [network.mail(0), network.mail(2)]
  await knows(alice, 3)
  await network.kill(1)
  const { id } = await alice.send(network.node(1).peerId, text('too late'), { ttlMs: 60_000, waitMs: 0 })
  await inState(alice, id, 'stored')
  expect(carol.stats().letters[0]).toMatchObject({ entries: 1 })

  await clock.advance(180_000)
  expect(await inState(alice, id, 'expired')).toMatchObject({ stored: 1 })
  expect(alice.stats().counters.expired).toBe(1)
  await until(() => [alice, carol].every(service => service.stats().letters[0]!.entries === 0))
  for (const index of [0, 2]) await network.stack(index).stop()
  await clock.advance(6 * DAY_MS)
  const sooner = await network.back(0, { clock })
  expect(await network.mail(sooner).status(id)).toMatchObject({ state: 'expired' })
  await network.stack(sooner).stop()
  await clock.advance(DAY_MS)
  const later = await network.back(0, { clock })
  expect(await network.mail(later).status(id)).toBeUndefined()
  expect((await network.mail(later).outbox.list()).items).toEqual([])
})

test('a letter that was taken in time waits for the application, however long; its receipt does not outlive it', async () => {
  const clock = manualClock(Date.now())
  await using network = await mailNetwork({ size: 2 }, { clock })
  const [alice, bob] = [network.mail(0), network.mail(1)]
  await knows(alice, 2)
  const to = network.node(1).peerId
  const first = await alice.send(to, text('read in time'), { ttlMs: 60_000 })
  const second = await alice.send(to, text('read late'), { ttlMs: 60_000 })
  const letters = await waiting(bob, ['read in time', 'read late'])
  await letters.find(({ id }) => id === first.id)!.ack()
  await inState(alice, first.id, 'delivered')

  await clock.advance(200_000)
  await inState(alice, second.id, 'expired')
  const [late] = await waiting(bob, ['read late'])
  await late!.ack()
  await waiting(bob, [])
  // nobody would take a receipt any more
  for (const service of [alice, bob]) expect(service.stats().letters[0]).toMatchObject({ entries: 0 })
  expect(bob.stats()).toMatchObject({ unread: 0, counters: { acknowledged: 2 } })
})

test('what was under way goes on after a restart: both sides of it', async () => {
  await using network = await mailNetwork({ size: 2 })
  await knows(network.mail(0), 2)
  const sent = await network.mail(0).send(network.node(1).peerId, text('again'))
  await waiting(network.mail(1), ['again'])
  await network.kill(0)
  await network.kill(1)

  const receiver = await network.back(1)
  const [letter] = await waiting(network.mail(receiver), ['again'])
  // its sender is not there to be told
  await letter!.ack()
  const sender = await network.back(0)
  await network.connect(sender, receiver)
  await inState(network.mail(sender), sent.id, 'delivered')
  expect((await network.mail(receiver).inbox.list()).items).toEqual([])
})
