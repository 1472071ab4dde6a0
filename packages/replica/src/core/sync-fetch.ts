import { ITEM_ID_BYTES } from './sync-limits.ts'
import { Offence } from './sync-offence.ts'
import { isBlamed, isTaken } from './verdict.ts'
import type { Claims } from './sync-claims.ts'
import type { SessionOptions } from './sync-limits.ts'
import type { WireEntry } from './sync-message.ts'
import type { Arrival, SyncSet } from './sync-set.ts'
import type { Verdict } from './verdict.ts'

const NOTHING = new Uint8Array(0)
/** Asked for at once before anything is known of the peer's speed and of the entries' size. */
const FIRST_WINDOW = 1_024
const MIN_WINDOW = 64
const MAX_WINDOW = 3_072

/** The asking side of a transfer: ids become Wants, Entries become arrivals, verdicts make room for more. */
export class Fetch {
  readonly #set: SyncSet
  readonly #claims: Claims
  readonly #options: SessionOptions
  /** Ids to ask for, some messages full. */
  #queue: Uint8Array[] = []
  /** Ids asked for, in the order in which they are to be answered. */
  readonly #asked: Uint8Array[] = []
  /** Of the first of `#asked`: bytes that are answered. */
  #answeredBytes = 0
  readonly #batches = new Map<number, readonly Arrival[]>()
  #lastBatch = 0
  #firstAskedMs: number | undefined
  #sinceTaken = 0

  /** Ids in the queue. */
  queuedIds = 0
  /** Ids asked for and not answered. */
  askedIds = 0
  /** Entries that are being judged, and their bytes. */
  pendingEntries = 0
  pendingBytes = 0
  /** Ids that were ever queued, and those of them that nothing more will come of. */
  totalIds = 0
  settledIds = 0
  /** Entries that came, and their bytes. */
  delivered = 0
  deliveredBytes = 0
  /** Entries that changed the set. */
  taken = 0
  /** Nothing can be taken at present, whatever it is: what came has no verdict. */
  isShut = false
  /** Ids that the peer holds no more. */
  missing = 0

  constructor(set: SyncSet, claims: Claims, options: SessionOptions) {
    this.#set = set
    this.#claims = claims
    this.#options = options
  }

  get isIdle(): boolean {
    return this.queuedIds === 0 && this.askedIds === 0 && this.pendingEntries === 0
  }

  /** Whether the peer's entries can be read without gathering here. */
  get hasRoom(): boolean {
    const { maxPendingEntries, maxPendingBytes } = this.#options
    return this.pendingEntries < maxPendingEntries && this.pendingBytes < maxPendingBytes
  }

  /** Nothing of what came last was of any use. */
  get isFruitless(): boolean {
    return this.#sinceTaken >= this.#options.maxFruitless
  }

  /** @param ids some message's worth, 32 bytes each */
  add(ids: Uint8Array): void {
    const count = ids.byteLength / ITEM_ID_BYTES
    this.#queue.push(ids)
    this.queuedIds += count
    this.totalIds += count
  }

  /** The next ids to ask for, not more than fit the window; undefined when it is full or there are none. */
  next(nowMs: number): Uint8Array | undefined {
    while (this.#queue.length > 0 && this.#isOpen(nowMs)) {
      const first = this.#queue.shift()!
      const most = Math.max(MIN_WINDOW, this.#window(nowMs) - this.askedIds) * ITEM_ID_BYTES
      if (first.byteLength > most) this.#queue.unshift(first.subarray(most))
      const wanted = this.#claim(first.subarray(0, most), nowMs)
      if (wanted.byteLength > 0) return wanted
    }
    return undefined
  }

  /** As `next`, but all of what was added at one time, be it nothing: every Offer is answered by one Want. */
  nextWhole(nowMs: number): Uint8Array | undefined {
    if (this.#queue.length === 0 || !this.#isOpen(nowMs)) return undefined
    return this.#claim(this.#queue.shift()!, nowMs)
  }

  /** Asks for nothing more. */
  dropQueue(): void {
    this.settledIds += this.queuedIds
    this.queuedIds = 0
    this.#queue = []
  }

  /** @returns what is to be judged. @throws {Offence} */
  arrived(entries: readonly WireEntry[]): { batch: number; arrivals: readonly Arrival[] } {
    if (entries.length === 0) throw new Offence('malformed', 'Entries without an entry')
    if (entries.length > this.askedIds)
      throw new Offence('not-asked', `${entries.length} entries where ${this.askedIds} were asked for`)
    const arrivals: Arrival[] = []
    let bytes = 0
    for (const { bytes: entry, stamp } of entries) {
      const itemId = this.#shiftAsked()
      if (entry.byteLength > 0) {
        arrivals.push({ bytes: entry, stamp, itemId })
        bytes += entry.byteLength
        continue
      }
      this.#claims.release(itemId)
      this.missing++
      this.settledIds++
    }
    this.delivered += arrivals.length
    this.deliveredBytes += bytes
    if (this.missing > this.#options.maxMissing && this.missing > this.delivered)
      throw new Offence('missing', `${this.missing} entries that were named are not there, ${this.delivered} are`)
    if (arrivals.length > 0) {
      this.#batches.set(++this.#lastBatch, arrivals)
      this.pendingEntries += arrivals.length
      this.pendingBytes += bytes
    }
    return { batch: this.#lastBatch, arrivals }
  }

  /** @throws {Offence} when one of them is nothing that an honest peer passes on. */
  judged(batch: number, verdicts: ReadonlyArray<Verdict | undefined>, nowMs: number): void {
    const arrivals = this.#batches.get(batch) ?? []
    this.#batches.delete(batch)
    this.pendingEntries -= arrivals.length
    this.settledIds += arrivals.length
    let blamed: Verdict | undefined
    for (const [index, { bytes, itemId }] of arrivals.entries()) {
      this.pendingBytes -= bytes.byteLength
      this.#claims.release(itemId)
      const verdict = verdicts[index]
      if (verdict === undefined) {
        this.isShut = true
        continue
      }
      if (isTaken(verdict)) {
        this.taken++
        this.#sinceTaken = 0
        continue
      }
      this.#sinceTaken++
      if (isBlamed(verdict)) blamed ??= verdict
      // the last version of a key that changes too often is fetched by the next session
      else if (verdict !== 'too-often') this.#set.forget(itemId, nowMs)
    }
    if (blamed !== undefined) throw new Offence('invalid-entry', `an entry was ${blamed}`)
  }

  /** The session is over: others may ask for what is still open. */
  release(): void {
    while (this.askedIds > 0) this.#claims.release(this.#shiftAsked())
    for (const arrivals of this.#batches.values()) for (const { itemId } of arrivals) this.#claims.release(itemId)
    this.#batches.clear()
  }

  #isOpen(nowMs: number): boolean {
    return this.hasRoom && this.askedIds <= this.#window(nowMs) / 2
  }

  /** Ids that may be asked for and not answered. */
  #window(nowMs: number): number {
    if (this.delivered === 0 || this.#firstAskedMs === undefined) return FIRST_WINDOW
    const { windowBytes, windowMs } = this.#options
    const byBytes = (windowBytes * this.delivered) / this.deliveredBytes
    const byRate = (windowMs * this.delivered) / Math.max(1, nowMs - this.#firstAskedMs)
    return Math.floor(Math.min(MAX_WINDOW, Math.max(MIN_WINDOW, Math.min(byBytes, byRate))))
  }

  #claim(ids: Uint8Array, nowMs: number): Uint8Array {
    const count = ids.byteLength / ITEM_ID_BYTES
    const wanted = new Uint8Array(ids.byteLength)
    let end = 0
    for (let at = 0; at < ids.byteLength; at += ITEM_ID_BYTES) {
      const itemId = ids.subarray(at, at + ITEM_ID_BYTES)
      if (this.isShut || !this.#set.wants(itemId, nowMs) || !this.#claims.claim(itemId)) continue
      wanted.set(itemId, end)
      end += ITEM_ID_BYTES
    }
    const asked = end / ITEM_ID_BYTES
    this.queuedIds -= count
    this.settledIds += count - asked
    if (asked === 0) return NOTHING
    this.#firstAskedMs ??= nowMs
    const chunk = wanted.subarray(0, end)
    this.#asked.push(chunk)
    this.askedIds += asked
    return chunk
  }

  #shiftAsked(): Uint8Array {
    const first = this.#asked[0]!
    const itemId = first.subarray(this.#answeredBytes, this.#answeredBytes + ITEM_ID_BYTES)
    this.#answeredBytes += ITEM_ID_BYTES
    if (this.#answeredBytes === first.byteLength) {
      this.#asked.shift()
      this.#answeredBytes = 0
    }
    this.askedIds--
    return itemId
  }
}
