import { randomBytes } from '@libp2p/crypto'
import { createReplica, levelStore } from '@stoa/replica'
import { until } from '@stoa/testkit'
import { MemoryLevel } from 'memory-level'
import { expect, test } from 'vitest'
import { pick } from '../src/components.ts'
import { X25519 } from '../src/crypto/suite.ts'
import { MailCode } from '../src/gen/mailbox.js'
import { encodeLetter, encodeReceipt, parseLetter } from '../src/letter/codec.ts'
import { letterRules } from '../src/letter/letter-rules.ts'
import { openLetter } from '../src/letter/open.ts'
import { mailProtocol } from '../src/net/protocol.ts'
import { alice as anna, craftedLetter, mailKey, mallory, newLetter, withEnvelope } from './build.ts'
import { inState, knows, mailNetwork, text, textOf, waiting } from './network.ts'
import type { DirectService } from '@stoa/direct'
import type { Replica } from '@stoa/replica'
import type { MailRequest, MailResponse } from '../src/gen/mailbox.js'
import type { LetterEntry } from '../src/letter/letter.ts'
import type { MailboxComponents, MailboxService, RejectionCode } from '../src/index.ts'
import type { FixedLetter } from './build.ts'
import type { MailNetwork } from './network.ts'

const PROTOCOL = mailProtocol('test')
const DAY_MS = 86_400_000

function directOf(network: MailNetwork, index: number): DirectService {
  return network.stack(index).direct as unknown as DirectService
}

/** Asks node 0 something, as node 1. */
async function ask(network: MailNetwork, request: MailRequest): Promise<MailResponse> {
  return directOf(network, 1).request(network.node(0).peerId, PROTOCOL, request)
}

async function handOver(network: MailNetwork, bytes: Uint8Array): Promise<MailCode> {
  return (await ask(network, { handOver: bytes as Uint8Array<ArrayBuffer> })).code
}

/** A letter to node 0, as somebody would seal it who knows how. */
function letterTo(network: MailNetwork, index: number, over: Partial<FixedLetter> = {}): FixedLetter {
  const key = network
    .mail(index)
    .ownKeys()
    .keys.find(({ suite }) => suite === X25519)!
  const publicKey = Uint8Array.from(Buffer.from(key.publicKey, 'hex'))
  return newLetter({
    network: 'test',
    from: anna,
    to: network.node(index).peerId.publicKey!.raw,
    keys: [{ suite: X25519, publicKey, privateKey: new Uint8Array(32) }],
    sentMs: Date.now(),
    messageId: randomBytes(16),
    ...over,
  })
}

const asIs = <T>(draft: T): T => draft
const parse = (bytes: Uint8Array): LetterEntry => parseLetter(bytes, { network: 'test', bucketBits: 8 })

/** What was refused with which code, while something was done. */
function watchRejections(service: MailboxService): RejectionCode[] {
  const codes: RejectionCode[] = []
  service.addEventListener('rejected', ({ detail }) => codes.push(detail.code))
  return codes
}

test('each thing that can be wrong with a letter has its own code and counter, and none gets into the inbox', async () => {
  await using network = await mailNetwork({ size: 2 })
  const service = network.mail(0)
  const codes = watchRejections(service)
  const letter = letterTo(network, 0)
  const fine = await craftedLetter(letter, asIs)
  const other = await craftedLetter(letterTo(network, 0), asIs)
  const flipped = fine.sealed!.slice()
  flipped[40]! ^= 1

  const cases: Array<[RejectionCode, Uint8Array]> = [
    ['malformed', fine.bytes.subarray(0, -1)],
    ['bad-hash', encodeLetter(fine.header, flipped)],
    // another letter's header
    ['bad-hash', encodeLetter(other.header, fine.sealed!)],
    [
      'wrong-lock',
      (await craftedLetter(letter, draft => ({ ...draft, header: { ...draft.header, lock: randomBytes(32) } }))).bytes,
    ],
    ['bad-padding', (await craftedLetter(letter, draft => ({ ...draft, padded: draft.padded.with(-1, 1) }))).bytes],
    ['bad-envelope', (await craftedLetter(letter, draft => ({ ...draft, padded: draft.padded.with(4, 0xff) }))).bytes],
    // another's letter, sealed again for this node
    [
      'wrong-receiver',
      (await craftedLetter(letter, draft => withEnvelope(draft, { to: mallory.publicKey.raw }))).bytes,
    ],
    // under the name of somebody who did not sign it
    ['bad-signature', (await craftedLetter(letter, draft => withEnvelope(draft, {}, mallory))).bytes],
  ]
  for (const [code, bytes] of cases) {
    const before = service.stats().counters.rejected[code]
    expect(await handOver(network, bytes), code).toBe(MailCode.MAIL_REFUSED)
    expect(codes.at(-1)).toBe(code)
    expect(service.stats().counters.rejected[code]).toBe(before + 1)
  }
  expect(codes).toHaveLength(cases.length)

  // for nobody here, whatever is in it
  const key = letterTo(network, 1).keys
  const elsewhere = await craftedLetter({ ...letter, keys: key }, asIs)
  expect(await handOver(network, elsewhere.bytes)).toBe(MailCode.MAIL_NOT_MINE)
  // its times are sealed with it
  const header = { ...fine.header, expiresMs: fine.header.expiresMs + 60_000 }
  expect(await handOver(network, encodeLetter(header, fine.sealed!))).toBe(MailCode.MAIL_NOT_MINE)
  expect(service.stats()).toMatchObject({ unread: 0, counters: { opened: 0 } })

  expect(await handOver(network, fine.bytes)).toBe(MailCode.MAIL_KEPT)
  expect(await handOver(network, fine.bytes)).toBe(MailCode.MAIL_KEPT)
  // the same message under another header
  const again = await craftedLetter({ ...letter, ttlMs: 2 * DAY_MS }, asIs)
  expect(await handOver(network, again.bytes)).toBe(MailCode.MAIL_REFUSED)
  expect(codes.at(-1)).toBe('replayed')
  const [read] = await waiting(service, [new TextDecoder().decode(letter.body)])
  await read!.ack()
  // it was acknowledged, and stays so
  const done = await ask(network, { handOver: fine.bytes as Uint8Array<ArrayBuffer> })
  expect(done.code).toBe(MailCode.MAIL_DONE)
  expect(parse(done.receipt)).toMatchObject({ isFinal: true, key: fine.key })
  expect(await handOver(network, again.bytes)).toBe(MailCode.MAIL_REFUSED)
  expect(service.stats()).toMatchObject({ unread: 0, counters: { opened: 1, acknowledged: 1 } })
})

test('times beyond the limits, requests that are none and receipts in place of letters are refused', async () => {
  await using network = await mailNetwork({ size: 2 })
  const fine = await craftedLetter(letterTo(network, 0), asIs)
  const old = await craftedLetter(letterTo(network, 0, { sentMs: Date.now() - 2 * DAY_MS, ttlMs: DAY_MS }), asIs)
  const future = await craftedLetter(letterTo(network, 0, { sentMs: Date.now() + DAY_MS }), asIs)
  for (const { bytes } of [old, future]) expect(await handOver(network, bytes)).toBe(MailCode.MAIL_REFUSED)
  expect(await handOver(network, encodeReceipt(fine.header, randomBytes(32)))).toBe(MailCode.MAIL_REFUSED)
  expect(await handOver(network, randomBytes(60_000))).toBe(MailCode.MAIL_REFUSED)
  expect((await ask(network, {})).code).toBe(MailCode.MAIL_REFUSED)
  expect((await ask(network, { keep: { entry: randomBytes(10) as Uint8Array<ArrayBuffer> } })).code).toBe(
    MailCode.MAIL_REFUSED,
  )
  await expect(ask(network, { handOver: new Uint8Array(70_000) })).rejects.toMatchObject({
    code: 'too-large',
  })
  expect(network.mail(0).stats()).toMatchObject({ unread: 0, counters: { tried: 0 } })
})

test('a receipt with a wrong preimage delivers nothing, and one of a letter that was never sent is nobody’s', async () => {
  await using network = await mailNetwork({ size: 2 })
  const [service, bob] = [network.mail(0), network.mail(1)]
  await knows(service, 2)
  const codes = watchRejections(service)
  const { id } = await service.send(network.node(1).peerId, text('hers'))
  const [letter] = await waiting(bob, ['hers'])
  const { header } = await craftedLetter(letterTo(network, 1), asIs)
  const forged = encodeReceipt(header, randomBytes(32)) as Uint8Array<ArrayBuffer>
  expect((await ask(network, { receipt: forged })).code).toBe(MailCode.MAIL_REFUSED)
  expect(codes).toEqual(['bad-preimage'])
  expect((await ask(network, { receipt: Uint8Array.of(1) })).code).toBe(MailCode.MAIL_REFUSED)
  const [own] = await ownReceipt(network)
  expect((await ask(network, { receipt: own as Uint8Array<ArrayBuffer> })).code).toBe(MailCode.MAIL_NOT_MINE)
  expect(await service.status(id)).toMatchObject({ state: 'stored' })
  await letter!.ack()
  await inState(service, id, 'delivered')
})

/** A letter to a device that nobody has, with its receipt. */
async function ownReceipt(network: MailNetwork): Promise<[receipt: Uint8Array, letter: LetterEntry]> {
  const key = mailKey(X25519, 'nobody')
  const letter = await craftedLetter({ ...letterTo(network, 0), keys: [key] }, asIs)
  const identity = network.node(0).peerId.publicKey!.raw
  const opened = await openLetter(letter, { network: 'test', identity, keys: [key] })
  return [opened!.receipt, letter]
}

test('letters to keep are stamped for their place, and a receipt that came first keeps its letter away', async () => {
  await using network = await mailNetwork({ size: 2 })
  const keeper = network.mail(0)
  const [receipt, letter] = await ownReceipt(network)
  const entry = letter.bytes as Uint8Array<ArrayBuffer>
  expect((await ask(network, { keep: { entry } })).code).toBe(MailCode.MAIL_BAD_STAMP)
  const weak = {
    sizeClass: 10,
    fromMs: BigInt(letter.createdMs),
    untilMs: BigInt(letter.expiresMs),
    nonce: new Uint8Array(8),
  }
  expect((await ask(network, { keep: { entry, stamp: weak } })).code).toBe(MailCode.MAIL_BAD_STAMP)
  const absurd = { sizeClass: 255, fromMs: 2n ** 64n - 1n, untilMs: 0n, nonce: new Uint8Array(3) }
  expect((await ask(network, { keep: { entry, stamp: absurd } })).code).toBe(MailCode.MAIL_BAD_STAMP)
  expect(keeper.stats().counters.rejected['bad-stamp']).toBe(3)

  // through somebody who pays for it
  const elsewhere = await publisher(network)
  await network.connect(network.nodes.length - 1, 0)
  await elsewhere.publish(receipt)
  await until(() => keeper.stats().letters[0]!.entries === 1, { what: 'the receipt to arrive without its letter' })
  expect(keeper.stats().letters[0]).toMatchObject({ live: 0 })
  const answer = await ask(network, { handOver: entry })
  expect(answer.code).toBe(MailCode.MAIL_DONE)
  expect(answer.receipt).toEqual(receipt)
  expect(keeper.stats().unread).toBe(0)
})

/** A node that has the network’s letters, and no mailbox: it publishes what it likes, and pays. */
async function publisher(network: MailNetwork): Promise<Replica<LetterEntry>> {
  const rules = letterRules({ network: 'test', bucketBits: 8, floorRank: -25, maxTtlMs: 15 * DAY_MS })
  const stack = await network.add({
    discovery: false,
    offers: false,
    mailbox: false,
    services: {
      letters: (components: unknown) => {
        const store = levelStore(new MemoryLevel())
        return createReplica({ network: 'test', family: 'mail', rules, store }, pick(components as MailboxComponents))
      },
    },
  })
  return (stack.services as unknown as { letters: Replica<LetterEntry> }).letters
}

test('one peer cannot take a node’s time: openings are counted, and others are served', async () => {
  await using network = await mailNetwork({ size: 3 }, { bucketBits: 0 })
  const service = network.mail(0)
  const { header, sealed } = await craftedLetter({ ...letterTo(network, 1), bucketBits: 0 }, asIs)
  const codes: MailCode[] = []
  const flood = async (): Promise<void> => {
    while (!codes.includes(MailCode.MAIL_BUSY) && codes.length < 5_000) {
      codes.push(await handOver(network, encodeLetter({ ...header, lock: randomBytes(32) }, sealed!)))
    }
  }
  await Promise.all(Array.from({ length: 8 }, flood))
  expect(new Set(codes)).toEqual(new Set([MailCode.MAIL_NOT_MINE, MailCode.MAIL_BUSY]))
  expect(service.stats().counters.tried).toBeLessThan(2_000)

  const many = await Promise.all(
    Array.from({ length: 200 }, () => ask(network, { keep: { entry: randomBytes(9) as never } })),
  )
  expect(many.some(({ code }) => code === MailCode.MAIL_BUSY)).toBe(true)
  await knows(network.mail(2), 3)
  const sent = await network.mail(2).send(network.node(0).peerId, text('from an honest one'))
  expect(sent).toMatchObject({ isHandedOver: true })
  expect(textOf((await waiting(service, ['from an honest one']))[0]!)).toBe('from an honest one')
})

test('a peer that says it keeps letters and does not is counted, and the letter arrives all the same', async () => {
  await using network = await mailNetwork({ size: 2 }, { minReplicas: 1 })
  const service = network.mail(0)
  await knows(service, 2)
  await network.kill(1)
  const liar = await network.add({ discovery: false, offers: false, mailbox: false })
  await liar.direct!.handle(PROTOCOL, () => ({ code: MailCode.MAIL_KEPT, receipt: new Uint8Array(0) }))
  await network.connect(0, 2)
  const sent = await service.send(network.node(1).peerId, text('in spite of all'))
  expect(sent).toMatchObject({ state: 'stored', stored: 1 })
  await network.stack(2).stop()

  const back = await network.back(1)
  await network.connect(back, 0)
  const [letter] = await waiting(network.mail(back), ['in spite of all'])
  expect(letter!.id).toBe(sent.id)
  await letter!.ack()
  await inState(service, sent.id, 'delivered')
})

test('a peer that says the receiver has acknowledged, and does not prove it, is not believed', async () => {
  await using network = await mailNetwork({ size: 2 })
  const service = network.mail(0)
  await knows(service, 2)
  const privateKey = network.key(1)
  await network.kill(1)
  const liar = await network.add({ discovery: false, offers: false, mailbox: false, privateKey })
  const [receipt] = await ownReceipt(network)
  await liar.direct!.handle(PROTOCOL, () => ({ code: MailCode.MAIL_DONE, receipt: receipt as Uint8Array<ArrayBuffer> }))
  await network.connect(0, 2)
  const sent = await service.send(network.node(1).peerId, text('not yet'), { waitMs: 300 })
  expect(['queued', 'stored']).toContain(sent.state)
  expect(await service.status(sent.id)).toMatchObject({ error: { code: 'refused' } })
})
