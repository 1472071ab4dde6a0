import { until } from '@stoa/testkit'
import { MemoryLevel } from 'memory-level'
import { expect, test } from 'vitest'
import { memorySecrets } from '../src/keys/memory-secrets.ts'
import { inState, knows, mailNetwork, text, waiting } from './network.ts'
import type { MailboxInit } from '../src/index.ts'
import type { MailNetwork } from './network.ts'

const FULL = 'No space left on device'

/** A database whose writes fail from when it is told so. */
function faultyLevel(): { level: MemoryLevel; setFull: (isFull: boolean) => void } {
  const level = new MemoryLevel()
  let isFull = false
  level.hooks.prewrite.add(() => {
    if (isFull) throw new Error(FULL)
  })
  return { level, setFull: full => (isFull = full) }
}

const options: MailboxInit = { replica: { storeRetryMs: 20, maxStoreRetryMs: 50 } }

/** Two nodes, the second on a database that can be full. */
async function withFaulty(): Promise<{ network: MailNetwork; setFull: (isFull: boolean) => void }> {
  const { level, setFull } = faultyLevel()
  const network = await mailNetwork({ size: 1, topology: 'none' }, options)
  await network.join({ level, secrets: memorySecrets(), options })
  await network.connect(1, 0)
  await Promise.all([0, 1].map(index => knows(network.mail(index), 2)))
  return { network, setFull }
}

test('a full disk refuses a letter with what is wrong, sends nothing of it, and takes it when there is room', async () => {
  const { network: given, setFull } = await withFaulty()
  await using network = given
  const sender = network.mail(1)
  setFull(true)
  await expect(sender.send(network.node(0).peerId, text('refused'))).rejects.toMatchObject({
    code: 'read-only',
    retryable: true,
    message: expect.stringContaining(FULL),
  })
  expect((await sender.outbox.list()).items).toEqual([])
  expect(network.mail(0).stats().unread).toBe(0)
  const writable = new Promise(resolve => sender.addEventListener('writable', resolve, { once: true }))
  setFull(false)
  await writable
  await sender.send(network.node(0).peerId, text('taken'))
  await waiting(network.mail(0), ['taken'])
})

test('a receiver whose disk is full takes nothing, and gets the letter when there is room', async () => {
  const { network: given, setFull } = await withFaulty()
  await using network = given
  setFull(true)
  const sent = await network.mail(0).send(network.node(1).peerId, text('patience'), { waitMs: 300 })
  expect(sent).toMatchObject({ isHandedOver: false })
  expect(network.mail(1).stats().unread).toBe(0)
  setFull(false)
  await waiting(network.mail(1), ['patience'])
})

test('an acknowledgement that cannot be stored fails, and the letter stays', async () => {
  const { network: given, setFull } = await withFaulty()
  await using network = given
  const sent = await network.mail(0).send(network.node(1).peerId, text('stays'))
  const [letter] = await waiting(network.mail(1), ['stays'])
  setFull(true)
  await expect(letter!.ack()).rejects.toMatchObject({ code: 'read-only' })
  await waiting(network.mail(1), ['stays'])
  expect(await network.mail(0).status(sent.id)).toMatchObject({ state: 'stored' })
  setFull(false)
  await until(async () => {
    await letter!.ack().catch(() => {})
    return network.mail(1).stats().unread === 0
  })
  await inState(network.mail(0), sent.id, 'delivered')
})

test('a sender whose disk is full when the receipt comes has it when there is room', async () => {
  const { network: given, setFull } = await withFaulty()
  await using network = given
  const sent = await network.mail(1).send(network.node(0).peerId, text('in the end'))
  const [letter] = await waiting(network.mail(0), ['in the end'])
  setFull(true)
  await letter!.ack()
  expect(await network.mail(1).status(sent.id)).toMatchObject({ state: 'stored' })
  setFull(false)
  await inState(network.mail(1), sent.id, 'delivered')
})

test('a row that is damaged is left out, and everything else goes on', async () => {
  const level = new MemoryLevel<string, string>()
  const secrets = memorySecrets()
  await using network = await mailNetwork({ size: 1, topology: 'none' }, options)
  const service = await network.join({ level, secrets, options })
  const to = network.node(1).peerId
  const damaged = await service.send(to, text('damaged'))
  const whole = await service.send(to, text('whole'))
  await waiting(service, ['damaged', 'whole'])
  await network.stack(1).stop()
  const part = level.sublevel<Uint8Array, Uint8Array>('test/mailbox', { keyEncoding: 'view', valueEncoding: 'view' })
  for await (const [key, value] of part.iterator()) {
    const id = Buffer.from(key.subarray(1)).toString('hex')
    if (id === damaged.id) await part.put(key, value.with(value.length >> 1, value[value.length >> 1]! ^ 1))
  }

  const back = network.mail(await network.back(1, options))
  expect((await back.inbox.list()).items.map(({ id }) => id)).toEqual([whole.id])
  expect((await back.outbox.list()).items.map(({ id }) => id)).toEqual([whole.id])
})
