import { MailboxError } from './errors.ts'
import { toHex } from './hex.ts'
import { DurableInbox } from './inbox.ts'
import { parseLetter } from './letter/codec.ts'
import { areEqual } from './letter/bytes.ts'
import { bucketOf } from './letter/names.ts'
import { proofError } from './letter/proof.ts'
import { Follower } from './net/follower.ts'
import { InboxIndex } from './net/inbox-index.ts'
import { restoredIncoming } from './core/incoming.ts'
import { askKeepers } from './net/keepers.ts'
import { MailClient } from './net/mail-client.ts'
import { MailPeers } from './net/mail-peers.ts'
import { MailServer } from './net/mail-server.ts'
import { MailStore } from './net/mail-store.ts'
import { mailProtocol } from './net/protocol.ts'
import { Receiver } from './net/receiver.ts'
import { sendReceipt } from './net/receipt-sender.ts'
import { Sender } from './net/sender.ts'
import { REMEMBERED_MS } from './options.ts'
import { deliveryOf, DurableOutbox } from './outbox.ts'
import { asMailboxError } from './replica-errors.ts'
import { peerOf } from './peer-of.ts'
import { sendMessage } from './sending.ts'
import { stepper } from './steps.ts'
import { Wakeup } from './net/wakeup.ts'
import type { Ed25519PrivateKey, Logger, PeerId } from '@libp2p/interface'
import type { Clock, LevelStore } from '@stoa/replica'
import type { MailboxComponents } from './components.ts'
import type { MailCounters } from './counters.ts'
import type { Delivery, DeliveryState } from './delivery.ts'
import type { DeviceMailKeys } from './keys/create-mail-keys.ts'
import type { LetterEntry, OpenedLetter } from './letter/letter.ts'
import type { InboxItem } from './net/inbox-index.ts'
import type { Letters } from './net/letters.ts'
import type { Answer } from './net/mail-client.ts'
import type { OutboxItem } from './net/outbox-item.ts'
import type { ReceiptSenderInit } from './net/receipt-sender.ts'
import type { MailboxOptions } from './options.ts'
import type { SendingInit } from './sending.ts'
import type { OwnMailKeys } from './own-keys.ts'
import type { ReceivedLetter } from './received-letter.ts'
import type { RejectionCode } from './rejection.ts'
import type { MailboxStatus, SendOptions } from './service.ts'
import type { OnStep } from './steps.ts'

export interface PostInit {
  options: MailboxOptions
  components: MailboxComponents
  privateKey: Ed25519PrivateKey
  clock: Clock
  log: Logger
  store: LevelStore
  letters: Letters
  keys: DeviceMailKeys
  counters: MailCounters
  maxClockSkewMs: number
  onStep: OnStep | undefined
  hasListeners: (event: 'letter') => boolean
  onLetter: (letter: ReceivedLetter) => void
  onCleared: (id: string) => void
  onDelivery: (delivery: Delivery) => void
  onRejected: (code: RejectionCode, id: string) => void
  /** The store did not take a write. */
  onBroken: (error: unknown) => void
}

/** How often what is over is let go, in ms. */
const PURGE_MS = 3_600_000

/** Both sides of this node's mail, wired. */
export class Post {
  readonly inbox: DurableInbox
  readonly outbox: DurableOutbox
  readonly #init: PostInit
  readonly #identity: Uint8Array
  readonly #bucket: number
  readonly #index = new InboxIndex()
  readonly #receiver: Receiver
  readonly #sender: Sender
  readonly #follower: Follower
  readonly #client: MailClient
  readonly #peers: MailPeers
  readonly #server: MailServer
  readonly #sending: SendingInit
  readonly #purge: Wakeup
  readonly #receipts: Wakeup
  #store: MailStore | undefined
  #serving: AsyncDisposable | undefined
  #stopping = new AbortController()
  #isStarted = false

  constructor(init: PostInit) {
    const { options, components, privateKey, clock, log, letters, keys, counters } = init
    const { network, bucketBits } = options
    this.#init = init
    this.#identity = privateKey.publicKey.raw
    this.#bucket = bucketOf(network, this.#identity, bucketBits)
    const step = stepper(init.onStep)
    const store = (): MailStore => this.#opened()
    const protocol = mailProtocol(network)
    const { connectionManager, direct, registrar } = components
    this.#client = new MailClient({ connectionManager, direct, protocol, timeoutMs: options.directTimeoutMs })
    const { retryMs, maxRetryMs, minReplicas } = options
    this.#peers = new MailPeers({
      registrar,
      protocol: protocol.id,
      onPeer: peer => this.#sender.peerCame(peer),
    })
    const receipts: ReceiptSenderInit = {
      identity: this.#identity,
      letters,
      client: this.#client,
      takeOwn: (key, receipt) => this.#sender.receipt(key, receipt),
    }
    this.#receiver = new Receiver({
      network,
      identity: this.#identity,
      maxInbox: options.maxInbox,
      backoff: { retryMs, maxRetryMs },
      clock,
      log,
      index: this.#index,
      store,
      keys,
      letters,
      parse: bytes => this.#parse(bytes),
      counters,
      step,
      sendReceipt: row => sendReceipt(row, receipts, this.#stopping.signal),
      onLetter: (item, opened) => this.#tell(item, opened),
      onCleared: init.onCleared,
      onRejected: init.onRejected,
      onRoom: () => this.#follower.scan(),
      onWait: atMs => {
        if (this.#isStarted) this.#receipts.at(atMs)
      },
    })
    this.#sender = new Sender({
      options: { retryMs, maxRetryMs, minReplicas },
      clock,
      log,
      store,
      letters,
      counters,
      step,
      attempts: {
        handOver: (peer, letter, signal) => this.#handOver(peer, letter, signal),
        ask: (request, onAnswer) =>
          askKeepers({ letters, client: this.#client, peers: () => this.#peers.all, step }, request, onAnswer),
        isReceipt: (receipt, key) => this.#isReceipt(receipt, key),
      },
      onDelivery: item => this.#onDelivery(item),
    })
    this.#follower = new Follower({
      letters,
      bucket: this.#bucket,
      receiver: this.#receiver,
      sender: this.#sender,
      log,
    })
    this.#server = new MailServer({
      clock,
      maxClockSkewMs: init.maxClockSkewMs,
      bucket: this.#bucket,
      letters,
      receiver: this.#receiver,
      counters,
      step,
      parse: bytes => this.#parse(bytes),
      takeReceipt: ({ key, bytes }) => this.#sender.receipt(key, bytes),
      onRejected: init.onRejected,
    })
    const assertStarted = (): void => this.assertStarted()
    this.inbox = new DurableInbox({
      index: this.#index,
      receiver: this.#receiver,
      isStarted: () => this.#isStarted,
      assertStarted,
      rethrow,
    })
    this.outbox = new DurableOutbox({ items: this.#sender.items, assertStarted })
    this.#receipts = new Wakeup(clock, () => this.#receiver.due(clock.now()))
    this.#purge = new Wakeup(clock, () => void this.#purgeNow())
    this.#sending = { options, privateKey, clock, keys, sender: this.#sender, assertStarted }
    keys.oldestUnread = () => this.#index.oldestUnreadMs()
  }

  get isStarted(): boolean {
    return this.#isStarted
  }

  assertStarted(): void {
    if (!this.#isStarted) throw new MailboxError('not-started', 'mailbox() is not started, or was stopped')
  }

  /** What the disk has. Before the keys are looked after, which unread letters need. */
  async load(): Promise<void> {
    if (this.#store !== undefined) return
    const { store, options, log } = this.#init
    const mail = new MailStore(await store.part(`${options.network}/mailbox`), this.#init.onBroken)
    const outbox = []
    for await (const row of mail.loadOutbox()) outbox.push(row)
    for (const row of outbox.toSorted((a, b) => a.createdMs - b.createdMs)) this.#sender.restore(row)
    const inbox = []
    for await (const row of mail.loadInbox()) inbox.push(row)
    for (const row of inbox.toSorted((a, b) => a.receivedMs - b.receivedMs)) {
      this.#index.add({ id: toHex(row.key), row, incoming: restoredIncoming(row.reading), order: -1 })
    }
    if (mail.damagedRows > 0) log.error('%d damaged rows of the mailbox were left out', mail.damagedRows)
    this.#store = mail
  }

  /** Once the replicas and the keys are. */
  async start(): Promise<void> {
    const { components, options } = this.#init
    this.#stopping = new AbortController()
    this.#isStarted = true
    this.#serving = await components.direct.handle(mailProtocol(options.network), (request, context) =>
      this.#server.answer(request, context),
    )
    await this.#purgeNow()
  }

  /** Once peers can be reached. */
  async resume(): Promise<void> {
    if (!this.#isStarted) return
    this.#receiver.resume()
    this.#sender.resume()
    this.#follower.start()
    await this.#peers.start()
  }

  async stop(): Promise<void> {
    this.#isStarted = false
    this.#stopping.abort()
    this.#peers.stop()
    this.#purge.stop()
    this.#receipts.stop()
    await this.#serving?.[Symbol.asyncDispose]()
    this.#serving = undefined
    await this.#follower.stop()
    await Promise.all([this.#sender.stop(), this.#receiver.stop()])
    this.inbox.end()
    this.outbox.end()
  }

  /** The store takes writes again: what could not be written is done again. */
  writable(): void {
    if (!this.#isStarted) return
    this.#sender.resume()
    this.#follower.scan()
    this.#receiver.recheck()
  }

  async send(to: PeerId | string, body: Uint8Array, options: SendOptions): Promise<Delivery> {
    try {
      return deliveryOf(await sendMessage(this.#sending, to, body, options, this.#stopping.signal))
    } catch (error) {
      throw asMailboxError(error)
    }
  }

  delivery(id: string): OutboxItem | undefined {
    return this.#sender.items.get(id)
  }

  ownKeys(): OwnMailKeys {
    const { keys } = this.#init
    return {
      device: keys.device,
      bucket: this.#bucket,
      keys: keys.own().map(({ suite, publicKey, createdMs, untilMs, eraseMs }) => ({
        suite,
        publicKey: toHex(publicKey),
        createdMs,
        untilMs,
        eraseMs,
      })),
    }
  }

  counts(): Pick<MailboxStatus, 'unread' | 'outbox'> {
    const outbox: Record<DeliveryState, number> = { queued: 0, stored: 0, delivered: 0, expired: 0, failed: 0 }
    for (const { outgoing } of this.#sender.items.values()) outbox[outgoing.progress.state]++
    return { unread: this.#index.unread.size, outbox }
  }

  async #handOver(peer: PeerId, letter: Uint8Array, signal: AbortSignal): Promise<Answer> {
    if (!peer.equals(peerOf(this.#identity))) return this.#client.handOver(peer, letter, signal)
    const arrival = await this.#receiver.take(this.#parse(letter), 'peer')
    if (arrival.kind === 'kept' || arrival.kind === 'done') return arrival
    const error = { code: 'refused', message: `this node could not take its own letter: ${arrival.kind}` } as const
    return { kind: 'failed', error, mayHave: false }
  }

  async #tell(item: InboxItem, opened: OpenedLetter | undefined): Promise<void> {
    this.inbox.wake()
    if (!this.#init.hasListeners('letter')) return
    const letter = opened ?? (await this.#receiver.read(item))
    if (letter !== undefined) this.#init.onLetter(this.inbox.letterOf(item, letter))
  }

  #onDelivery(item: OutboxItem): void {
    const delivery = deliveryOf(item)
    this.outbox.tell(delivery)
    this.#init.onDelivery(delivery)
  }

  #isReceipt(receipt: Uint8Array, key: Uint8Array): boolean {
    try {
      const entry = this.#parse(receipt)
      const error = proofError(entry)
      if (error !== undefined) this.#init.onRejected(error.code, toHex(key))
      return error === undefined && entry.preimage !== undefined && areEqual(entry.key, key)
    } catch {
      return false
    }
  }

  /** @throws {RejectionError} */
  #parse(bytes: Uint8Array): LetterEntry {
    const { network, bucketBits } = this.#init.options
    return parseLetter(bytes, { network, bucketBits })
  }

  #opened(): MailStore {
    if (this.#store === undefined) throw new MailboxError('not-started', 'mailbox() is not started')
    return this.#store
  }

  async #purgeNow(): Promise<void> {
    const { clock, maxClockSkewMs, options, log } = this.#init
    const nowMs = clock.now()
    try {
      await this.#receiver.purge(nowMs - maxClockSkewMs)
      await this.#sender.purge(nowMs - REMEMBERED_MS, options.maxOutbox)
    } catch (error) {
      log.error('what is over could not be let go: %e', error)
    }
    if (this.#isStarted) this.#purge.at(nowMs + PURGE_MS)
  }
}

function rethrow(error: unknown): never {
  throw asMailboxError(error)
}
