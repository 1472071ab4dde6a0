import { readFileSync } from 'node:fs'
import { createVerifier } from '@stoa/record'
import { EntryError } from '@stoa/replica'
import { expect, test } from 'vitest'
import { decodeOfferBody, encodeOfferBody } from './core/offer-body.ts'
import { nextVersion } from './core/own-version.ts'
import { readGroup } from './core/market-name.ts'
import { OffersError } from './errors.ts'
import { toHex } from './hex.ts'
import { OfferFileReader, fileEnd, fileFrames, fileHead } from './offer-file.ts'
import { leaseRules, nameOf, offerRules } from './offer-rules.ts'
import { offerViews } from './offer-view.ts'
import { resolveOptions } from './options.ts'
import type { RecordEntry } from '@stoa/record'
import type { Rules } from '@stoa/replica'
import type { FilePart } from './offer-file.ts'

type Vector = Record<string, unknown> & { description: string; bytes: string; reason?: string; network: string }
type Vectors = Record<'bodies' | 'offers' | 'leases' | 'versions' | 'files', Vector[]>

const read = (name: string): Vectors =>
  JSON.parse(readFileSync(new URL(`../../../spec/vectors/${name}.json`, import.meta.url), 'utf8')) as Vectors
const valid = read('offers-valid')
const invalid = read('offers-invalid')
const bytesOf = (hex: unknown): Uint8Array => new Uint8Array(Buffer.from(hex as string, 'hex'))

function rulesFor(rules: typeof offerRules, network: string): Rules<RecordEntry> {
  return rules(resolveOptions({ network }), createVerifier({ network }))
}

test.each(valid.bodies)('body: $description', ({ bytes, whileOnline, contentType, body }) => {
  const offer = { whileOnline: whileOnline as boolean, contentType: contentType as string, body: bytesOf(body) }
  expect(decodeOfferBody(bytesOf(bytes))).toEqual(offer)
  expect(toHex(encodeOfferBody(offer))).toBe(bytes)
})

test.each(invalid.bodies)('no body: $description', ({ bytes, reason }) => {
  expect(() => decodeOfferBody(bytesOf(bytes))).toThrow(reason!)
})

test.each(valid.offers)('offer: $description', async vector => {
  const { network, bytes, id, key, group, market, name, owner, seq, final, createdMs, expiresMs, holdsMs } = vector
  const rules = rulesFor(offerRules, network)
  const entry = rules.parse(bytesOf(bytes))
  expect(await rules.verify([entry])).toEqual([true])
  expect({ ...entry, id: toHex(entry.id), key: toHex(entry.key) }).toMatchObject({ id, key, group, seq, createdMs })
  expect({ final: entry.isFinal, expiresMs: entry.expiresMs, holdsMs: entry.holdsMs }).toEqual({
    final,
    expiresMs,
    holdsMs,
  })
  expect(nameOf(entry.record)).toBe(name)
  expect(readGroup(entry.group).market).toBe(market)
  expect(entry.mark === 1).toBe(vector.whileOnline ?? false)
  const { whileOnline = false, contentType = '', body = '' } = vector
  const offer = offerViews({ ownOwner: undefined, isOnline: () => true }).offerOf(entry.record)
  expect({ ...offer, owner: String(offer.owner), body: toHex(offer.body) }).toMatchObject({
    key,
    market,
    name,
    owner,
    seq,
  })
  expect({ ...offer, body: toHex(offer.body) }).toMatchObject({ whileOnline, contentType, body, state: 'live' })
})

test.each(valid.leases)(
  'lease: $description',
  async ({ network, bytes, id, key, group, seq, final, expiresMs, holdsMs }) => {
    const rules = rulesFor(leaseRules, network)
    const entry = rules.parse(bytesOf(bytes))
    expect(await rules.verify([entry])).toEqual([true])
    expect({ ...entry, id: toHex(entry.id), key: toHex(entry.key) }).toMatchObject({
      id,
      key,
      group,
      seq,
      isFinal: final,
    })
    expect(entry).toMatchObject({ expiresMs, holdsMs })
  },
)

test('a record of one network is none of another', async () => {
  const rules = rulesFor(offerRules, 'elsewhere')
  const entries = valid.offers.map(({ bytes }) => rules.parse(bytesOf(bytes)))
  expect(await rules.verify(entries)).toEqual(entries.map(() => false))
})

test.each(invalid.offers)('no offer: $description', ({ network, bytes }) => {
  expect(() => rulesFor(offerRules, network).parse(bytesOf(bytes))).toThrow(EntryError)
})

test.each(invalid.leases)('no lease: $description', ({ network, bytes }) => {
  expect(() => rulesFor(leaseRules, network).parse(bytesOf(bytes))).toThrow(EntryError)
})

test.each(valid.versions)('version: $description', ({ known, nowMs, ttlMs, maxTtlMs, mayHaveEarlier, version }) => {
  const input = { nowMs: nowMs as number, maxTtlMs: maxTtlMs as number, mayHaveEarlier: mayHaveEarlier as boolean }
  const last = (known ?? undefined) as Parameters<typeof nextVersion>[0]['known']
  expect(nextVersion({ ...input, known: last, ttlMs: (ttlMs ?? undefined) as number | undefined })).toEqual(version)
})

function partsOf(bytes: unknown): { parts: FilePart[]; isComplete: boolean } {
  const reader = new OfferFileReader()
  const parts = [...reader.read(bytesOf(bytes))]
  reader.end()
  return { parts, isComplete: reader.isComplete }
}

test.each(valid.files)('file: $description', ({ bytes, network, market, createdMs, entries }) => {
  const { parts, isComplete } = partsOf(bytes)
  const header = { network, market: market as string, createdMs: createdMs as number }
  const wanted = (entries as Array<{ entry: string; stamp?: { nonce: string } }>).map(({ entry, stamp }) => ({
    entry: bytesOf(entry),
    stamp: stamp === undefined ? undefined : { ...stamp, nonce: bytesOf(stamp.nonce) },
  }))
  expect(isComplete).toBe(true)
  expect(parts[0]).toEqual({ type: 'header', header })
  expect(parts.slice(1).map(part => (part.type === 'entry' ? part.entry : part.type))).toEqual([...wanted, 'end'])
  const written = [fileHead(header), fileFrames(wanted as Parameters<typeof fileFrames>[0]), fileEnd()]
  expect(bytes.startsWith(written.map(toHex).join(''))).toBe(true)
})

const refused = invalid.files.filter(({ code }) => code !== undefined)
const partial = invalid.files.filter(({ code }) => code === undefined)

test.each(refused)('no file: $description', ({ bytes, network, code }) => {
  expect(() => {
    const [header] = partsOf(bytes).parts
    // which network it may be of is for who imports it
    if (header?.type === 'header' && header.header.network !== network) throw new OffersError('bad-file', 'network')
  }).toThrow(expect.objectContaining({ code }))
})

test.each(partial)('file in part: $description', ({ bytes, entries, bad, complete }) => {
  const { parts, isComplete } = partsOf(bytes)
  const frames = parts.filter(({ type }) => type === 'entry' || type === 'bad')
  expect(frames.length).toBe(entries)
  expect(frames.flatMap(({ type }, index) => (type === 'bad' ? [index] : []))).toEqual(bad)
  expect(isComplete).toBe(complete)
})
