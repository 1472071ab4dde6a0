import { recordRules } from '@stoa/record'
import { EntryError } from '@stoa/replica'
import { BODY_OVERHEAD_BYTES, decodeOfferBody } from './core/offer-body.ts'
import { OFFERS_FAMILY, marketOfSpace } from './core/market-name.ts'
import type { RecordEntry, RecordLimits, UncheckedRecord, Verifier } from '@stoa/record'
import type { Rules } from '@stoa/replica'
import type { OffersOptions } from './options.ts'

// spec/offers.md §2, §3 and §5: what records may be in the two sets.

/** Marks of entries: what a list wants to know before it reads them. */
export const MARK_WHILE_ONLINE = 1

export const LEASES_FAMILY = 'leases'
export const PRESENCE_SPACE = `${LEASES_FAMILY}/presence`
export const PRESENCE_NAME = 'online'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function offerLimits({ maxBodyBytes, maxTtlMs }: OffersOptions): RecordLimits {
  return { maxBodyBytes: maxBodyBytes + BODY_OVERHEAD_BYTES, maxTtlMs }
}

export function leaseLimits({ maxLeaseMs }: OffersOptions): RecordLimits {
  return { maxBodyBytes: 0, maxTtlMs: maxLeaseMs }
}

export function offerRules(options: OffersOptions, verifier: Verifier): Rules<RecordEntry> {
  return recordRules({
    family: OFFERS_FAMILY,
    limits: offerLimits(options),
    verifier,
    maxPerGroup: options.maxPerOwner,
    read: record => readOffer(record, options.maxBodyBytes),
    malformed: EntryError,
  })
}

export function leaseRules(options: OffersOptions, verifier: Verifier): Rules<RecordEntry> {
  return recordRules({
    family: LEASES_FAMILY,
    limits: leaseLimits(options),
    verifier,
    maxPerGroup: 1,
    read: readLease,
    malformed: EntryError,
  })
}

/** The name of an offer. @throws {TypeError} when it is not text */
export function nameOf(record: Pick<UncheckedRecord, 'name'>): string {
  try {
    return decoder.decode(record.name)
  } catch (cause) {
    throw new TypeError('name is not UTF-8', { cause })
  }
}

function readOffer(record: UncheckedRecord, maxBodyBytes: number): number {
  if (marketOfSpace(record.space) === undefined) throw new TypeError(`space ${record.space} is no market's`)
  nameOf(record)
  if (record.body === undefined) return 0
  const { whileOnline, body } = decodeOfferBody(record.body)
  if (body.byteLength > maxBodyBytes)
    throw new TypeError(`body is ${body.byteLength} bytes, the limit is ${maxBodyBytes}`)
  return whileOnline ? MARK_WHILE_ONLINE : 0
}

function readLease(record: UncheckedRecord): number {
  if (record.space !== PRESENCE_SPACE) throw new TypeError(`space ${record.space} has no leases`)
  if (nameOf(record) !== PRESENCE_NAME) throw new TypeError(`a lease is named ${PRESENCE_NAME}`)
  return 0
}
