import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { RECEIVER_STEPS, SENDER_STEPS, STORER_STEPS } from '@stoa/mailbox'
import { createStack } from '@stoa/stack'
import { until } from '@stoa/testkit'
import { MemoryLevel } from 'memory-level'
import { afterAll, expect, test } from 'vitest'
import { MailChild } from './mailbox-child.ts'
import type { Stack } from '@stoa/stack'

const directory = mkdtempSync(join(tmpdir(), 'stoa-mail-kill-'))
const cacheDir = join(directory, 'compiled')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const both = (steps: readonly string[]): string[] => steps.flatMap(step => [`before:${step}`, `after:${step}`])
/** All, and which step of them a letter never comes to on the way that a test takes. */
const except = (steps: readonly string[], ...left: string[]): string[] =>
  both(steps.filter(step => !left.includes(step)))

/** A node of this process, which can leave and come back with what it had. It acknowledges what it gets. */
class Other implements AsyncDisposable {
  readonly letters: Array<{ id: string; body: string }> = []
  readonly #level = new MemoryLevel<string, string>()
  readonly #privateKey = generateKeyPair('Ed25519')
  #stack: Stack | undefined

  get stack(): Stack {
    return this.#stack!
  }

  get mail(): NonNullable<Stack['mailbox']> {
    return this.stack.mailbox!
  }

  get peer(): string {
    return this.stack.libp2p.peerId.toString()
  }

  get address(): string {
    return String(this.stack.libp2p.getMultiaddrs()[0])
  }

  async start(...dial: string[]): Promise<this> {
    const stack = await createStack({
      privateKey: await this.#privateKey,
      replicaStore: this.#level,
      network: 'kills',
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      nat: false,
      discovery: false,
      offers: false,
      mailbox: { suite: 'x25519', retryMs: 100, maxRetryMs: 400, minReplicas: 1 },
    })
    this.#stack = stack
    void this.#read()
    for (const address of dial) await stack.libp2p.dial(multiaddr(address))
    return this
  }

  async stop(): Promise<void> {
    await this.#stack?.stop()
  }

  /** Until it knows where to write to so many. */
  async knows(devices: number): Promise<this> {
    await until(() => this.mail.stats().keys.live >= devices, { what: `${devices} mail keys` })
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #read(): Promise<void> {
    for await (const letter of this.mail.inbox) {
      this.letters.push({ id: letter.id, body: new TextDecoder().decode(letter.body) })
      await letter.ack()
    }
  }
}

const childOf = (name: string): MailChild =>
  new MailChild({ dataDir: join(directory, name), dial: [], acknowledges: true }, cacheDir)

const text = (body: string): Uint8Array => new TextEncoder().encode(body)

/** Goes a way once for each step, and again when the end came at a step of another letter. */
async function atEach(steps: readonly string[], way: (step: string) => Promise<boolean>): Promise<void> {
  for (const step of steps) {
    let tries = 0
    while (!(await way(step))) expect(tries++, step).toBeLessThan(5)
  }
}

/** Waits until the letter was handed to this process’s receiver, and says its id. */
async function received(receiver: Other, body: string): Promise<string> {
  return until(() => receiver.letters.find(letter => letter.body === body)?.id, { what: `${body} to be received` })
}

test.concurrent('a sender that is ended at any step sends the letter all the same, and hears that it was delivered', async () => {
  await using storer = await new Other().start()
  await using receiver = await new Other().start(storer.address)
  const sender = childOf('sender')
  const start = async (...dial: string[]): Promise<void> => void (await sender.start({ dial }))
  await start(storer.address, receiver.address)
  await receiver.knows(3)

  const finish = async (step: string, body: string): Promise<void> => {
    // what never got into the outbox is the application's to send again
    if (step === 'before:outbox-written') sender.order({ send: { to: receiver.peer, body } })
    const id = await received(receiver, body)
    await sender.until(
      () =>
        sender.said.some(said => 'delivery' in said && said.delivery.id === id && said.delivery.state === 'delivered'),
      `${body} to be delivered, ended at ${step}`,
    )
    expect(receiver.letters.filter(letter => letter.body === body)).toHaveLength(1)
  }

  /** Whether it was ended at a step of this letter, and not of an earlier one that was still under way. */
  const isItsStep = (step: string, from: number): boolean =>
    /outbox-written/.test(step) ||
    sender.said.slice(from).some(said => 'delivery' in said && said.delivery.state === 'queued')
  const straight = async (step: string): Promise<boolean> => {
    const body = `straight ${step} ${sender.said.length}`
    await sender.arm(step)
    const from = sender.said.length
    sender.order({ send: { to: receiver.peer, body } })
    await sender.ended()
    const isIts = isItsStep(step, from)
    await start(storer.address, receiver.address)
    if (isIts) await finish(step, body)
    return isIts
  }
  const throughAnother = async (step: string): Promise<boolean> => {
    const body = `through another ${step} ${sender.said.length}`
    await receiver.stop()
    await sender.arm(step)
    const from = sender.said.length
    sender.order({ send: { to: receiver.peer, body } })
    const needsReceipt = /receipt-seen|delivered-written/.test(step)
    if (needsReceipt) {
      await sender.until(() => sender.said.some(said => 'sent' in said && said.sent.body === body))
      await receiver.start(storer.address)
    }
    await sender.ended()
    const isIts = isItsStep(step, from)
    await start(storer.address)
    if (!needsReceipt) await receiver.start(storer.address)
    if (isIts) await finish(step, body)
    return isIts
  }

  await atEach(except(SENDER_STEPS, 'published', 'kept'), straight)
  await atEach(both(SENDER_STEPS), throughAnother)
  await sender.kill()
}, 300_000)

test.concurrent('a receiver that is ended at any step gets each letter, and never after it acknowledged it', async () => {
  await using storer = await new Other().start()
  await using sender = await new Other().start(storer.address)
  const receiver = childOf('receiver')
  const { peer } = await receiver.start({ dial: [storer.address, sender.address] })
  await sender.knows(3)

  /** @returns whether it was ended at a step of this letter: an earlier one can come back from somebody, and is answered again */
  const finish = async (step: string, id: string, from: number): Promise<boolean> => {
    await until(async () => (await sender.mail.status(id))?.state === 'delivered', {
      on: [[sender.mail, 'delivery']],
      what: () => `the delivery, ended at ${step}; the receiver said ${JSON.stringify(receiver.said.slice(from))}`,
    })
    // what it said of it may come later than the receipt, which takes another way
    await receiver.until(
      () => receiver.said.slice(from).some(what => 'letter' in what && what.letter.id === id),
      `the letter to be handed over, ended at ${step}`,
    )
    const said = receiver.said.slice(from)
    const handed = said.flatMap((what, at) => ('letter' in what && what.letter.id === id ? [at] : []))
    const acknowledged = said.findIndex(what => 'acknowledged' in what && what.acknowledged === id)
    const restarted = said.findLastIndex(what => 'ready' in what)
    expect(handed.length, step).toBeGreaterThan(0)
    expect(handed.at(-1), step).toBeLessThan(acknowledged < 0 ? Number.POSITIVE_INFINITY : acknowledged)
    // from here on the acknowledgement is durable, although nobody may have been told so
    const isPast = /after:ack-written|receipt-/.test(step)
    const isItsStep = handed[0]! < restarted
    expect(handed.at(-1), step).toBeLessThan(isPast && isItsStep ? restarted : Number.POSITIVE_INFINITY)
    return !isPast || isItsStep
  }
  const straight = async (step: string): Promise<boolean> => {
    const from = receiver.said.length
    await receiver.arm(step)
    const sent = sender.mail.send(peer, text(`straight ${step}`), { waitMs: 0 })
    await receiver.ended()
    await receiver.start({ dial: [storer.address, sender.address] })
    return finish(step, (await sent).id, from)
  }
  const throughAnother = async (step: string): Promise<boolean> => {
    await receiver.kill()
    const { id } = await sender.mail.send(peer, text(`through another ${step}`))
    const from = receiver.said.length
    await receiver.start({ dial: [storer.address], killAt: step })
    await receiver.ended()
    await receiver.start({ dial: [storer.address] })
    return finish(step, id, from)
  }

  await atEach(both(RECEIVER_STEPS), straight)
  await atEach(both(RECEIVER_STEPS), throughAnother)
  await receiver.kill()
}, 300_000)

test.concurrent('a node that keeps letters for others and is ended at any step loses none that it said it keeps', async () => {
  await using sender = await new Other().start()
  await using receiver = await new Other().start(sender.address)
  const storer = childOf('storer')
  let { address } = await storer.start({ dial: [sender.address, receiver.address] })
  await sender.knows(3)

  for (const step of both(STORER_STEPS)) {
    const body = `kept ${step}`
    await receiver.stop()
    await storer.arm(step)
    const sent = sender.mail.send(receiver.peer, text(body))
    await storer.ended()
    ;({ address } = await storer.start({ dial: [sender.address] }))
    const { id, stored } = await sent
    expect(stored, step).toBe(1)
    // only the one who keeps it is left
    await sender.stop()
    await storer.kill()
    ;({ address } = await storer.start())
    await receiver.start(address)
    expect(await received(receiver, body), step).toBe(id)
    await until(() => receiver.mail.stats().letters.every(({ queued }) => queued === 0))
    await sender.start(address)
    await until(async () => (await sender.mail.status(id))?.state === 'delivered', {
      on: [[sender.mail, 'delivery']],
      what: `the delivery, ended at ${step}`,
    })
    expect(receiver.letters.filter(letter => letter.body === body)).toHaveLength(1)
  }
  await storer.kill()
}, 300_000)
