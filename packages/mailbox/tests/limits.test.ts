import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { mailbox } from '../src/index.ts'
import { inState, knows, mailNetwork, text, waiting } from './network.ts'
import type { SendOptions } from '../src/index.ts'

const alone = { size: 1, topology: 'none' } as const

test('what cannot be sent is refused with what is wrong, and leaves nothing behind', async () => {
  await using network = await mailNetwork(alone)
  const service = network.mail(0)
  const self = network.node(0).peerId
  const send = (body: Uint8Array, options?: SendOptions): Promise<unknown> => service.send(self, body, options)
  await expect(send(new Uint8Array(48_881))).rejects.toMatchObject({
    code: 'too-large',
    retryable: false,
    message: 'body is 48,881 bytes, the limit is 48,880',
  })
  await expect(send(text('x'), { ttlMs: 59_999 })).rejects.toMatchObject({ code: 'bad-ttl' })
  await expect(send(text('x'), { ttlMs: 1_296_000_001 })).rejects.toMatchObject({ code: 'bad-ttl' })
  await expect(send(text('x'), { contentType: 'é' })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(send(text('x'), { waitMs: -1 })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(service.send('nobody', text('x'))).rejects.toMatchObject({ code: 'bad-option' })
  const stranger = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  await expect(service.send(stranger, text('x'))).rejects.toMatchObject({ code: 'no-key', retryable: true })
  const other = peerIdFromPrivateKey(await generateKeyPair('secp256k1'))
  await expect(service.send(other, text('x'))).rejects.toMatchObject({ code: 'unsupported-key' })
  await expect(send(text('x'), { signal: AbortSignal.abort('enough') })).rejects.toMatchObject({
    code: 'aborted',
    cause: 'enough',
  })
  expect((await service.outbox.list()).items).toEqual([])
  expect(service.stats()).toMatchObject({ unread: 0, counters: { sent: 0 } })
  await expect(service.status('xyz')).rejects.toMatchObject({ code: 'bad-option' })
  await expect(service.inbox.list({ limit: 0 })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(service.outbox.list({ after: '00'.repeat(32) })).rejects.toMatchObject({ code: 'not-found' })
})

test('the largest body, and the longest lifetime, arrive', async () => {
  await using network = await mailNetwork(alone)
  const body = new Uint8Array(48_880).fill(7)
  const { expiresMs, createdMs } = await network
    .mail(0)
    .send(network.node(0).peerId, body, { ttlMs: 1_296_000_000, contentType: 'x'.repeat(100) })
  const [letter] = await waiting(network.mail(0), [new TextDecoder().decode(body)])
  expect(letter!.body).toEqual(body)
  expect(expiresMs - createdMs).toBeGreaterThan(1_296_000_000 - 60_000)
})

test('options that mail does not take are refused when it is made', () => {
  for (const options of [
    { network: 'Main' },
    { bucketBits: 17 },
    { bucketBits: 2, shardBits: 3 },
    { minReplicas: 0 },
    { retryMs: 10, maxRetryMs: 9 },
    { suite: 'rot13' as never },
    { keyTtlMs: 1_296_000_001 },
  ]) {
    expect(() => mailbox(options), JSON.stringify(options)).toThrow(expect.objectContaining({ code: 'bad-option' }))
  }
})

test('a stamp above the limit is too dear: the letter is not sent, and nothing of it stays', async () => {
  await using network = await mailNetwork({ size: 2 }, { replica: { maxStampBits: 1 } })
  const [alice] = [network.mail(0)]
  await knows(alice, 2)
  await network.kill(1)
  const failed: unknown[] = []
  alice.addEventListener('delivery', ({ detail }) => failed.push(detail.state))
  await expect(alice.send(network.node(1).peerId, text('x'))).rejects.toMatchObject({
    code: 'too-dear',
    retryable: true,
  })
  expect((await alice.outbox.list()).items).toEqual([])
  expect(alice.stats().letters[0]).toMatchObject({ entries: 0 })
  expect(failed).toEqual(['queued', 'failed'])
})

test('a letter that nobody is there to keep waits in the outbox, and is stored when somebody comes', async () => {
  await using network = await mailNetwork({ size: 2 })
  const alice = network.mail(0)
  await knows(alice, 2)
  await network.kill(1)
  const sent = await alice.send(network.node(1).peerId, text('later'), { waitMs: 50 })
  expect(sent).toMatchObject({ state: 'queued', stored: 0 })
  await network.join()
  await network.connect(2, 0)
  expect(await inState(alice, sent.id, 'stored')).toMatchObject({ stored: 1 })
})

test('the wait of a send ends with its signal, and the letter goes on', async () => {
  await using network = await mailNetwork({ size: 2 })
  const alice = network.mail(0)
  await knows(alice, 2)
  await network.kill(1)
  const controller = new AbortController()
  alice.addEventListener('delivery', () => controller.abort('enough'), { once: true })
  const sending = alice.send(network.node(1).peerId, text('on its way'), { signal: controller.signal })
  await expect(sending).rejects.toMatchObject({ code: 'aborted', cause: 'enough' })
  const { items } = await alice.outbox.list()
  expect(items).toMatchObject([{ state: 'queued' }])
  const back = await network.back(1)
  await network.connect(back, 0)
  await waiting(network.mail(back), ['on its way'])
})

test('an outbox takes as many letters as it is told, and room comes with receipts', async () => {
  await using network = await mailNetwork({ size: 2 }, { maxOutbox: 2 })
  const [alice, bob] = [network.mail(0), network.mail(1)]
  await knows(alice, 2)
  const to = network.node(1).peerId
  const { id } = await alice.send(to, text('1'))
  await alice.send(to, text('2'))
  await expect(alice.send(to, text('3'))).rejects.toMatchObject({ code: 'outbox-full', retryable: true })
  const letters = await waiting(bob, ['1', '2'])
  await letters.find(letter => letter.id === id)!.ack()
  await inState(alice, id, 'delivered')
  await alice.send(to, text('3'))
  expect((await alice.outbox.list({ state: 'stored' })).items).toHaveLength(2)
  expect((await alice.outbox.list({ limit: 1 })).next).toBe(id)
})

test('an inbox takes as many letters as it is told; others wait with the network until there is room', async () => {
  await using network = await mailNetwork({ size: 3 }, index => (index === 1 ? { maxInbox: 2 } : {}))
  const [alice, bob] = [network.mail(0), network.mail(1)]
  await knows(alice, 3)
  const to = network.node(1).peerId
  await alice.send(to, text('1'))
  await alice.send(to, text('2'))
  const third = await alice.send(to, text('3'))
  expect(third).toMatchObject({ isHandedOver: false, state: 'stored' })
  const letters = await waiting(bob, ['1', '2'])
  await letters[0]!.ack()
  await until(async () => (await bob.inbox.list()).items.some(letter => letter.id === third.id), {
    on: [[bob, 'letter']],
    what: 'the third letter to come',
  })
  const page = await bob.inbox.list({ limit: 1 })
  expect(page.items).toHaveLength(1)
  const rest = await bob.inbox.list({ after: page.next })
  expect([page.items[0]!.id, ...rest.items.map(({ id }) => id)]).toEqual([letters[1]!.id, third.id])
  expect(rest.next).toBeUndefined()
})

test('letters are watched: those that wait, and those that come, until the signal or the end', async () => {
  await using network = await mailNetwork(alone)
  const service = network.mail(0)
  const to = network.node(0).peerId
  await service.send(to, text('1'))
  const controller = new AbortController()
  const watch = service.inbox.watch({ signal: controller.signal })
  expect((await watch.next()).value?.body).toEqual(text('1'))
  const [next] = await Promise.all([watch.next(), service.send(to, text('2'))])
  expect(next.value?.body).toEqual(text('2'))
  const pending = watch.next()
  controller.abort('enough')
  await expect(pending).rejects.toMatchObject({ code: 'aborted', cause: 'enough' })

  const deliveries = service.outbox.watch()
  const { id } = await service.send(to, text('3'))
  expect((await deliveries.next()).value).toMatchObject({ id })
  const all = service.inbox.watch()
  for (let read = 0; read < 3; read++) expect((await all.next()).done).toBe(false)
  const end = all.next()
  await network.stack(0).stop()
  expect(await end).toEqual({ value: undefined, done: true })
  await expect(service.send(to, text('4'))).rejects.toMatchObject({ code: 'not-started' })
})
