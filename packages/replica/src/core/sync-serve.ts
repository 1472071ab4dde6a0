import { ENTRY_OVERHEAD_BYTES, ITEM_ID_BYTES, MAX_UNANSWERED_IDS } from './sync-limits.ts'
import { Offence } from './sync-offence.ts'
import type { WireEntry } from './sync-message.ts'
import type { SyncSet } from './sync-set.ts'

const GONE: WireEntry = { bytes: new Uint8Array(0), stamp: undefined }
/** Entries of one message: a thousand ids that are gone should not all be answered one message later than they could be. */
const MAX_BATCH_ENTRIES = 1_024

/**
 * The giving side of a transfer: Wants become reads of the store, and those Entries, one for each id and in their order. It reads the next
 * batch when the stream has taken the last one, so a peer that does not read costs one batch and its ids.
 */
export class Serve {
  readonly #set: SyncSet
  readonly #batchBytes: number
  readonly #wanted: Uint8Array[] = []
  /** Of the batch that is being read: whether each entry was held when the reading began. */
  #plan: boolean[] = []
  #state: 'idle' | 'reading' | 'sending' = 'idle'

  /** Ids that were asked for and not answered. */
  unanswered = 0
  /** Entries that were sent. */
  sent = 0
  sentBytes = 0

  constructor(set: SyncSet, batchBytes: number) {
    this.#set = set
    this.#batchBytes = batchBytes
  }

  get isIdle(): boolean {
    return this.unanswered === 0 && this.#state === 'idle'
  }

  /** Whether the peer has left us with a full stream. */
  get isBlocked(): boolean {
    return this.#state === 'sending'
  }

  /** @throws {Offence} */
  wanted(ids: Uint8Array): void {
    this.unanswered += ids.byteLength / ITEM_ID_BYTES
    if (this.unanswered > MAX_UNANSWERED_IDS)
      throw new Offence('not-asked', `${this.unanswered} ids unanswered, the limit is ${MAX_UNANSWERED_IDS}`)
    if (ids.byteLength > 0) this.#wanted.push(ids)
  }

  /** What to read next, if it is time: perhaps nothing of what was asked for is held. */
  next(): Uint8Array[] | undefined {
    if (this.#state !== 'idle' || this.#wanted.length === 0) return undefined
    const itemIds: Uint8Array[] = []
    let bytes = 0
    this.#plan = []
    for (;;) {
      const ids = this.#wanted[0]
      if (ids === undefined || this.#plan.length === MAX_BATCH_ENTRIES) break
      const itemId = ids.subarray(0, ITEM_ID_BYTES)
      const meta = this.#set.getByItem(itemId)
      const size = (meta?.sizeBytes ?? 0) + ENTRY_OVERHEAD_BYTES
      if (bytes > 0 && bytes + size > this.#batchBytes) break
      bytes += size
      this.#plan.push(meta !== undefined)
      if (meta !== undefined) itemIds.push(itemId)
      if (ids.byteLength === ITEM_ID_BYTES) this.#wanted.shift()
      else this.#wanted[0] = ids.subarray(ITEM_ID_BYTES)
    }
    this.#state = 'reading'
    return itemIds
  }

  /** @param entries of what was to be read; undefined for what is gone meanwhile. */
  read(entries: ReadonlyArray<WireEntry | undefined>): WireEntry[] {
    let next = 0
    const answers = this.#plan.map(isHeld => (isHeld ? entries[next++] : undefined) ?? GONE)
    this.unanswered -= answers.length
    for (const answer of answers) {
      if (answer === GONE) continue
      this.sent++
      this.sentBytes += answer.bytes.byteLength
    }
    this.#state = 'sending'
    return answers
  }

  /** The stream has taken the last batch. */
  room(): void {
    if (this.#state === 'sending') this.#state = 'idle'
  }
}
