import { toHex } from '../hex.ts'
import { openLetter } from '../letter/open.ts'
import { RejectionError } from '../rejection.ts'
import { messageHash } from './message-hash.ts'
import type { MailCounters } from '../counters.ts'
import type { MailKeys } from '../keys/mail-keys.ts'
import type { LetterEntry, OpenedLetter } from '../letter/letter.ts'
import type { RejectionCode } from '../rejection.ts'
import type { Stepper } from '../steps.ts'
import type { InboxIndex, InboxItem } from './inbox-index.ts'
import type { Letters } from './letters.ts'

/** What became of a letter that came. */
export type Arrival =
  | { readonly kind: 'kept' }
  /** It was acknowledged before. */
  | { readonly kind: 'done'; readonly receipt: Uint8Array }
  | { readonly kind: 'not-mine' | 'refused' | 'no-room' | 'busy' }

/** A letter that is new, and for this node. */
export interface Arrived {
  readonly id: string
  readonly entry: LetterEntry
  readonly opened: OpenedLetter
  /** What the message is known by later. */
  readonly message: Uint8Array
}

export interface TakerInit {
  network: string
  /** Whose letters these are: Ed25519 public key. */
  identity: Uint8Array
  maxInbox: number
  index: InboxIndex
  keys: Pick<MailKeys, 'ownAt'>
  letters: Letters
  counters: MailCounters
  step: Stepper
  onRejected: (code: RejectionCode, id: string) => void
  /** Puts it into the inbox. Resolves when it is durable; false: the store did not take it. */
  add: (arrived: Arrived) => Promise<boolean>
  /** It was acknowledged, and somebody keeps it all the same. */
  again: (item: InboxItem) => Promise<void>
}

/** Says what a letter is to this node: known, for somebody else, not what it must be, or new. What is cheap is looked at first. */
export class Taker {
  readonly #init: TakerInit
  /** Letters of the replica that are not for this node, or not what they must be. */
  readonly #tried = new Set<string>()
  #hasLeftOut = false

  constructor(init: TakerInit) {
    this.#init = init
  }

  /** Whether a letter of the replica has been looked at. */
  isKnown(key: Uint8Array): boolean {
    const id = toHex(key)
    return this.#tried.has(id) || this.#init.index.get(id)?.incoming.reading.state === 'unread'
  }

  /** The replica has it no more. */
  forget(key: Uint8Array): void {
    this.#tried.delete(toHex(key))
  }

  clear(): void {
    this.#tried.clear()
  }

  /** Whether a letter was left out, and there is room for it now. Says so once. */
  takeRoom(): boolean {
    const { index, maxInbox } = this.#init
    if (!this.#hasLeftOut || index.unread.size >= maxInbox) return false
    this.#hasLeftOut = false
    return true
  }

  open(entry: LetterEntry): Promise<OpenedLetter | undefined> {
    const { network, identity, keys } = this.#init
    return openLetter(entry, { network, identity, keys: keys.ownAt(entry.header.suite, entry.createdMs) })
  }

  /** One at a time for each letter. @param mayOpen asked before the dear part */
  async take(entry: LetterEntry, from: 'replica' | 'peer', mayOpen: () => boolean): Promise<Arrival> {
    const { index, letters, maxInbox } = this.#init
    const id = toHex(entry.key)
    const known = index.get(id)
    if (known !== undefined) return this.#takeAgain(known, from)
    if (from === 'peer') {
      const held = await letters.get({ key: entry.key, bucket: entry.header.bucket })
      if (held?.meta.isFinal === true) return { kind: 'done', receipt: held.entry.bytes }
    } else if (this.#tried.has(id)) return { kind: 'not-mine' }
    if (index.unread.size >= maxInbox) return this.#leave('no-room')
    if (!mayOpen()) return { kind: 'busy' }
    try {
      const arrival = await this.#try(id, entry)
      if (arrival.kind === 'not-mine' && from === 'replica') this.#tried.add(id)
      return arrival
    } catch (error) {
      if (!(error instanceof RejectionError)) throw error
      if (from === 'replica') this.#tried.add(id)
      this.#init.onRejected(error.code, id)
      return { kind: 'refused' }
    }
  }

  /** @throws {RejectionError} */
  async #try(id: string, entry: LetterEntry): Promise<Arrival> {
    const { index, counters, step, add } = this.#init
    counters.tried++
    const opened = await step('letter-seen', entry.key, () => this.open(entry))
    if (opened === undefined) return { kind: 'not-mine' }
    const message = messageHash(opened)
    const earlier = index.letterOf(message)
    if (earlier !== undefined && earlier !== id) {
      throw new RejectionError('replayed', `the message came before, in letter ${earlier}`)
    }
    counters.opened++
    return (await add({ id, entry, opened, message })) ? { kind: 'kept' } : this.#leave('busy')
  }

  async #takeAgain(item: InboxItem, from: 'replica' | 'peer'): Promise<Arrival> {
    if (item.incoming.reading.state === 'unread') return { kind: 'kept' }
    if (from === 'replica') await this.#init.again(item)
    return { kind: 'done', receipt: item.row.receipt }
  }

  #leave(kind: 'no-room' | 'busy'): Arrival {
    this.#hasLeftOut = true
    return { kind }
  }
}
