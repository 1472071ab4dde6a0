import { peerIdFromString } from '@libp2p/peer-id'
import type {
  Delivery,
  DeliveryState,
  MailboxError,
  MailboxService,
  MailPage,
  PageOptions,
  ReceivedLetter,
} from '@stoa/mailbox'

const PEER = '12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1'

/** Letters in memory, for what is shown of them. */
export class MemoryMailbox extends EventTarget {
  readonly letters = new Map<string, ReceivedLetter>()
  readonly deliveries = new Map<string, Delivery>()
  sent: Array<{ to: string; body: Uint8Array; options: unknown }> = []
  /** What the next `send` fails with. */
  refusal: MailboxError | undefined

  readonly inbox = {
    list: (options?: PageOptions) => Promise.resolve(page([...this.letters.values()], options)),
    get: (id: string) => Promise.resolve(this.letters.get(id)),
  }
  readonly outbox = {
    list: (options?: PageOptions & { state?: DeliveryState }) => {
      const all = [...this.deliveries.values()]
      const { state } = options ?? {}
      return Promise.resolve(page(state === undefined ? all : all.filter(one => one.state === state), options))
    },
  }

  put(id: string, body: Uint8Array): void {
    this.letters.set(id, {
      id,
      from: peerIdFromString(PEER),
      contentType: 'text/plain',
      body,
      sentMs: 1,
      expiresMs: 3,
      receivedMs: 2,
      ack: () => Promise.resolve(void this.letters.delete(id)),
    })
  }

  send(to: unknown, body: Uint8Array, options: unknown): Promise<Delivery> {
    const { refusal } = this
    this.refusal = undefined
    if (refusal !== undefined) return Promise.reject(refusal)
    this.sent.push({ to: String(to), body, options })
    const id = this.sent.length.toString(16).padStart(64, '0')
    this.deliveries.set(id, {
      id,
      to: to as Delivery['to'],
      state: 'stored',
      stored: 2,
      isHandedOver: false,
      contentType: '',
      sizeBytes: body.byteLength,
      createdMs: 1,
      expiresMs: 3,
      changedMs: 2,
      attempts: 1,
      error: undefined,
    })
    return Promise.resolve(this.deliveries.get(id)!)
  }

  status(id: string): Promise<Delivery | undefined> {
    return Promise.resolve(this.deliveries.get(id))
  }

  ownKeys() {
    const key = { suite: 32, publicKey: 'ab'.repeat(32), createdMs: 1, untilMs: 2, eraseMs: 3 }
    return { device: '0f'.repeat(16), bucket: 7, keys: [key] }
  }

  asService(): MailboxService {
    return this as unknown as MailboxService
  }
}

function page<T extends { id: string }>(all: readonly T[], { after, limit = 100 }: PageOptions = {}): MailPage<T> {
  const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1
  const items = all.slice(start, start + limit)
  return { items, next: start + limit < all.length ? items.at(-1)?.id : undefined }
}
