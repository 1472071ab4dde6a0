import { aborted, ReplicaError, throwIfAborted } from '../errors.ts'
import { EntryError } from '../core/rules.ts'
import { payFor } from './price.ts'
import type { PublishManyOptions, PublishOptions, PublishProgress, ReplicaCounters } from '../api.ts'
import type { EntrySet } from '../core/entry-set.ts'
import type { Entry, EntryMeta } from '../core/entry.ts'
import type { Rules } from '../core/rules.ts'
import type { RawStamp } from '../stamp.ts'
import type { Ingest, Outcome } from './ingest.ts'
import type { PriceInit } from './price.ts'
import type { Rumour } from './gossip.ts'

export interface PublisherInit<E extends Entry> {
  rules: Rules<E>
  set: EntrySet
  ingest: Ingest<E>
  price: PriceInit
  counters: ReplicaCounters
  assertWritable: () => void
  /** False when it is not gossiped. */
  spread: (rumour: Rumour) => boolean
  /** There is something that peers do not know of. */
  nudge: () => void
}

/** Whose line own entries wait in: no peer is called like that. */
const OWN = ''
/** Own entries of one bulk that are checked and stored at a time. */
const MAX_PUBLISHING = 512

/** The way of own entries: paid for, judged like any other, durable, told to peers. */
export class Publisher<E extends Entry> {
  readonly #init: PublisherInit<E>

  constructor(init: PublisherInit<E>) {
    this.#init = init
  }

  async publish(bytes: Uint8Array, { signal }: PublishOptions = {}): Promise<EntryMeta> {
    throwIfAborted(signal)
    const { set, ingest, price, counters, assertWritable, spread, nudge } = this.#init
    assertWritable()
    const entry = this.#parse(bytes)
    let outcome: Outcome
    try {
      const stamp = await payFor(entry, price, signal)
      outcome = await ingest.take({ peer: OWN, bytes: entry.bytes, stamp, isOwn: true }, signal)
    } catch (error) {
      if (signal?.aborted === true) throw aborted(signal)
      throw error
    }
    assertPublished(outcome)
    const meta = set.get(entry.key)
    // a later version of it may have come in the same moment
    if (meta === undefined || !isSameId(meta.id, entry.id)) {
      throw new ReplicaError('superseded', 'a later version of it was taken in the same moment')
    }
    counters.published++
    if (!spread({ bytes: entry.bytes, stamp: rawStamp(meta) })) {
      counters.notGossiped++
      nudge()
    }
    return meta
  }

  async publishMany(
    entries: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    { signal, onProgress, onRefused }: PublishManyOptions = {},
  ): Promise<PublishProgress> {
    let published = 0
    let refused = 0
    let failure: unknown
    const underWay = new Set<Promise<void>>()
    const one = async (bytes: Uint8Array, index: number): Promise<void> => {
      try {
        await this.publish(bytes, { signal })
        published++
      } catch (error) {
        if (onRefused === undefined || !(error instanceof ReplicaError) || ENDS.has(error.code)) {
          failure ??= error
          return
        }
        refused++
        onRefused(index, error)
      }
      onProgress?.({ published, refused })
    }
    let index = 0
    for await (const bytes of entries) {
      if (failure !== undefined) break
      const promise = one(bytes, index++).finally(() => underWay.delete(promise))
      underWay.add(promise)
      if (underWay.size >= MAX_PUBLISHING) await Promise.race(underWay)
    }
    await Promise.all(underWay)
    if (failure !== undefined) throw failure
    return { published, refused }
  }

  #parse(bytes: Uint8Array): E {
    const { rules } = this.#init
    if (bytes.byteLength > rules.maxEntryBytes) {
      throw new ReplicaError('invalid', `entry of ${bytes.byteLength} bytes, the limit is ${rules.maxEntryBytes}`)
    }
    try {
      return rules.parse(bytes)
    } catch (error) {
      if (error instanceof EntryError) throw new ReplicaError('invalid', error.message, { cause: error })
      throw error
    }
  }
}

/** Of a bulk, what will not be better for the next entry. */
const ENDS: ReadonlySet<string> = new Set(['aborted', 'read-only', 'not-started'])

/** @throws {ReplicaError} when it is not held. */
function assertPublished(outcome: Outcome): void {
  switch (outcome) {
    case 'new':
    case 'newer':
    case 'restamped':
    case 'known':
      return
    case 'superseded':
    case 'over-quota':
    case 'no-room':
    case 'not-allowed':
    case 'read-only':
      throw new ReplicaError(outcome, REASONS[outcome])
    case 'stopped':
      throw new ReplicaError('not-started', 'the replica was stopped')
    case 'failed':
      throw new ReplicaError('busy', 'the entry could not be checked here')
    case 'future':
      throw new ReplicaError('invalid', 'the entry was created further ahead than the allowed clock skew')
    case 'expired':
      throw new ReplicaError('invalid', 'nobody needs the entry any more: its `holdsMs` has come')
    case 'malformed':
    case 'unproven':
    case 'bad-stamp':
    case 'too-often':
      throw new ReplicaError('invalid', `the entry is ${outcome}`)
  }
}

const REASONS = {
  superseded: 'a later version of its key is held',
  'over-quota': 'its group is full of later entries',
  'no-room': 'the budget is full of entries that rank higher',
  'not-allowed': 'admission refuses it',
  'read-only': 'the store takes no writes',
} as const

export function rawStamp({ stamp }: Pick<EntryMeta, 'stamp'>): RawStamp | undefined {
  if (stamp === undefined) return undefined
  const { sizeClass, fromMs, untilMs, nonce } = stamp
  return { sizeClass, fromMs, untilMs, nonce }
}

function isSameId(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, index) => byte === b[index])
}
