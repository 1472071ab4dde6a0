import { OffersError, throwIfAborted } from './errors.ts'
import { groupsOf } from './lister.ts'
import { OfferFileReader, fileEnd, fileFrames, fileHead } from './offer-file.ts'
import { asOffersError } from './replica-errors.ts'
import type { RecordEntry } from '@stoa/record'
import type { Clock, Cursor, Replica, Verdict } from '@stoa/replica'
import type { FileEntry } from './offer-file.ts'
import type { BadEntry, ImportOptions, ImportReport, TransferOptions } from './transfer.ts'

export interface CarryInit {
  replica: Replica<RecordEntry>
  network: string
  clock: Clock
}

/** Entries read, or handed over, at one time. */
const BATCH = 256
/** Batches being checked and stored while more are read: one alone leaves the cores to wait for the disk, and the disk for the cores. */
const BATCHES_UNDER_WAY = 8

/** A file of all entries, or of one market: removals too, or what was removed would come back where it is carried to. */
export async function* exportOffers(
  { replica, network, clock }: CarryInit,
  { market, signal }: { market?: string } & TransferOptions,
): AsyncGenerator<Uint8Array, undefined> {
  const group = groupsOf({ market })
  yield fileHead({ network, market: market ?? '', createdMs: clock.now() })
  let after: Cursor | undefined
  do {
    throwIfAborted(signal)
    const { metas, next } = replica.scan({ group, after, limit: BATCH })
    const held = await replica.read(metas)
    const entries: FileEntry[] = []
    for (const one of held) {
      if (one !== undefined) entries.push({ entry: plain(one.entry.bytes), stamp: plainStamp(one.meta.stamp) })
    }
    if (entries.length > 0) yield fileFrames(entries)
    after = next
  } while (after !== undefined)
  yield fileEnd()
  return undefined
}

/** @throws {OffersError} `bad-file`, `read-only`, `not-started`, `aborted` */
export async function importOffers(
  { replica, network }: CarryInit,
  file: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { signal, onProgress, onBad }: ImportOptions,
): Promise<ImportReport> {
  const reader = new OfferFileReader()
  const counts = { bytes: 0, entries: 0, taken: 0, known: 0, passedOver: 0, bad: 0 }
  let batch: Array<{ index: number; byte: number; entry: FileEntry }> = []

  const blame = (bad: BadEntry): void => {
    counts.bad++
    onBad?.(bad)
  }
  const underWay: Array<Promise<void>> = []
  const flush = async (mostLeft: number): Promise<void> => {
    throwIfAborted(signal)
    const taken = takeAll(batch)
    // whoever waits for it hears of it; another one may fail first
    taken.catch(() => {})
    underWay.push(taken)
    batch = []
    while (underWay.length > mostLeft) await underWay.shift()
  }
  const takeAll = async (taking: typeof batch): Promise<void> => {
    const verdicts = await Promise.all(taking.map(({ entry }) => take(replica, entry)))
    for (const [at, verdict] of verdicts.entries()) {
      const { index, byte } = taking[at]!
      const kind = KINDS[verdict]
      if (kind === 'bad') blame({ index, byte, reason: verdict })
      else counts[kind]++
    }
    onProgress?.({ ...counts })
  }

  for await (const chunk of file) {
    throwIfAborted(signal)
    counts.bytes += chunk.byteLength
    for (const part of reader.read(chunk)) {
      switch (part.type) {
        case 'header':
          if (part.header.network !== network) {
            throw new OffersError(
              'bad-file',
              `the file is of network ${part.header.network}, this node is of ${network}`,
            )
          }
          break
        case 'entry':
          batch.push({ index: counts.entries++, byte: part.byte, entry: part.entry })
          if (batch.length >= BATCH) await flush(BATCHES_UNDER_WAY)
          break
        case 'bad':
          blame({ index: counts.entries++, byte: part.byte, reason: part.reason })
          break
        case 'end':
          break
      }
    }
  }
  reader.end()
  await flush(0)
  return { ...counts, isComplete: reader.isComplete }
}

const KINDS: Record<Verdict, 'taken' | 'known' | 'passedOver' | 'bad'> = {
  new: 'taken',
  newer: 'taken',
  restamped: 'taken',
  known: 'known',
  superseded: 'known',
  expired: 'passedOver',
  'over-quota': 'passedOver',
  'no-room': 'passedOver',
  'too-often': 'passedOver',
  'not-allowed': 'passedOver',
  future: 'bad',
  malformed: 'bad',
  unproven: 'bad',
  'bad-stamp': 'bad',
}

async function take(replica: Replica<RecordEntry>, { entry, stamp }: FileEntry): Promise<Verdict> {
  try {
    return await replica.take(entry, stamp)
  } catch (error) {
    throw asOffersError(error)
  }
}

/** The generated code wants buffers of its own kind. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}

function plainStamp(
  stamp: { sizeClass: number; fromMs: number; untilMs: number; nonce: Uint8Array } | undefined,
): FileEntry['stamp'] {
  if (stamp === undefined) return undefined
  const { sizeClass, fromMs, untilMs, nonce } = stamp
  return { sizeClass, fromMs, untilMs, nonce: plain(nonce) }
}
