import { toHex } from '../hex.ts'
import type { Logger } from '@libp2p/interface'
import type { ReplicaChange } from '@stoa/replica'
import type { LetterEntry } from '../letter/letter.ts'
import type { Letters } from './letters.ts'
import type { Receiver } from './receiver.ts'
import type { Sender } from './sender.ts'
import { groupOf } from './letters.ts'

export interface FollowerInit {
  letters: Letters
  /** Of this identity. */
  bucket: number
  receiver: Pick<Receiver, 'take' | 'isKnown' | 'forget' | 'receiptSeen'>
  sender: Pick<Sender, 'items' | 'receipt'>
  log: Logger
}

/** New letters of the bucket that wait to be tried. When there are more the bucket is looked through again. */
const MAX_WAITING = 256
/** Letters tried at a time: one thread opens them all, but some ways to open leave it while they do. */
const PARALLEL = 4

/** Looks through the network's mail: for letters to this identity, and for receipts. */
export class Follower {
  readonly #init: FollowerInit
  readonly #group: string
  #waiting: LetterEntry[] = []
  #mustScan = false
  #running: Promise<void> | undefined
  #isStopped = true

  constructor(init: FollowerInit) {
    this.#init = init
    this.#group = groupOf(init.bucket)
    init.letters.onChange(changes => this.#onChanges(changes))
  }

  start(): void {
    this.#isStopped = false
    this.scan()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#waiting = []
    await this.#running
  }

  /** Looks through the bucket for what was not tried. */
  scan(): void {
    this.#mustScan = true
    this.#run()
  }

  #onChanges(changes: ReadonlyArray<ReplicaChange<LetterEntry>>): void {
    if (this.#isStopped) return
    for (const change of changes) {
      const { type, meta } = change
      if (type === 'put' && meta.isFinal)
        this.#onReceipt(change.entry, meta.key, Number(meta.group.slice('mail/'.length)))
      else if (meta.group !== this.#group) continue
      else if (type === 'drop') this.#init.receiver.forget(meta.key)
      else if (type === 'put') this.#onLetter(change.entry)
    }
  }

  #onLetter(entry: LetterEntry | undefined): void {
    if (entry === undefined || this.#waiting.length >= MAX_WAITING) this.#mustScan = true
    else this.#waiting.push(entry)
    this.#run()
  }

  #onReceipt(entry: LetterEntry | undefined, key: Uint8Array, bucket: number): void {
    const { sender, receiver, letters, log } = this.#init
    receiver.receiptSeen(key)
    if (!sender.items.has(toHex(key))) return
    const take = async (): Promise<void> => {
      const receipt = entry ?? (await letters.get({ key, bucket }))?.entry
      if (receipt?.preimage !== undefined) await sender.receipt(key, receipt.bytes)
    }
    take().catch((error: unknown) => log.error('a receipt could not be stored: %e', error))
  }

  #run(): void {
    if (this.#isStopped) return
    this.#running ??= this.#work()
      .catch((error: unknown) => this.#init.log.error('the mail could not be looked through: %e', error))
      .finally(() => {
        this.#running = undefined
        if (this.#waiting.length > 0 || this.#mustScan) this.#run()
      })
  }

  async #work(): Promise<void> {
    while (!this.#isStopped && (this.#waiting.length > 0 || this.#mustScan)) {
      const batch = this.#waiting
      this.#waiting = []
      await this.#try(batch)
      if (!this.#mustScan) continue
      this.#mustScan = false
      await this.#scan()
    }
  }

  async #scan(): Promise<void> {
    const { letters, bucket, receiver } = this.#init
    for await (const page of letters.live(bucket, ({ key }) => receiver.isKnown(key))) {
      if (this.#isStopped) return
      await this.#try(page)
      await nextTurn()
    }
  }

  async #try(entries: readonly LetterEntry[]): Promise<void> {
    const queue = entries.values()
    const worker = async (): Promise<void> => {
      for (const entry of queue) {
        if (this.#isStopped) return
        await this.#init.receiver.take(entry, 'replica')
      }
    }
    await Promise.all(Array.from({ length: PARALLEL }, worker))
  }
}

/** A timer, unlike a microtask, lets what waits for the event loop have its turn. */
function nextTurn(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 0))
}
