import { generateKeyPair } from '@libp2p/crypto/keys'
import { describe, expect, test } from 'vitest'
import {
  createVerifier,
  decodeRecord,
  MAX_RECORD_BYTES,
  ownerOf,
  parseRecord,
  peerIdOf,
  RecordError,
  recordKey,
  RECORD_LIMITS,
  signRecord,
} from '../src/index.ts'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { RecordFields, RecordLimits } from '../src/index.ts'

const init = { network: 'main' }
const key = await generateKeyPair('Ed25519')
const FIELDS: RecordFields = {
  space: 'offers/btc-eur',
  name: 'bicycle',
  seq: 1,
  createdMs: 1_000,
  expiresMs: 2_000,
  body: new Uint8Array(3),
}

describe('an error says what was wrong, and what is allowed', () => {
  const cases: Array<[Partial<RecordFields>, string]> = [
    [{ body: new Uint8Array(70_112) }, 'body is 70,112 bytes, the limit of space offers/btc-eur is 16,384'],
    [{ name: '' }, 'name is 0 bytes, it takes 1 to 64'],
    [{ name: 'é'.repeat(33) }, 'name is 66 bytes, it takes 1 to 64'],
    [{ space: 'a'.repeat(129) }, 'space is 129 bytes, it takes 1 to 128'],
    [{ space: 'Offers' }, 'space is "Offers", it takes segments of a-z'],
    [{ seq: 0 }, 'seq is 0, it takes an integer from 1 to 9,007,199,254,740,991'],
    [{ seq: 1.5 }, 'seq is 1.5, it takes an integer'],
    [{ createdMs: Number.NaN }, 'created is NaN, it takes an integer'],
    [{ expiresMs: 900 }, 'expires is 100 ms before created'],
    [{ holdsMs: 1_999 }, 'holds is 1 ms before expires'],
    [
      { holdsMs: 2_592_001_001 },
      'holds is 2,592,000,001 ms after created, the limit of space offers/btc-eur is 2,592,000,000',
    ],
  ]
  test.each(cases)('%o', async (changes, message) => {
    await expect(signRecord(key, { ...FIELDS, ...changes }, init)).rejects.toThrow(message)
  })

  test('bytes that are longer than any record', () => {
    expect(() => decodeRecord(new Uint8Array(MAX_RECORD_BYTES + 1))).toThrow(
      'record is 57,706 bytes, the limit of all spaces is 57,705',
    )
  })

  test('bytes that are none', () => {
    expect(() => decodeRecord(Uint8Array.of(1))).toThrow('public_key expected (tag 0x0a) at byte 0 of 1, found 0x01')
  })
})

test('the longest record that any space may allow', async () => {
  const max = Number.MAX_SAFE_INTEGER
  const times = { seq: max, createdMs: max, expiresMs: max }
  const fields = { space: 'a'.repeat(128), name: 'n'.repeat(64), ...times, body: new Uint8Array(57_344) }
  const { bytes } = await signRecord(key, fields, { ...init, limits: { maxBodyBytes: 57_344 } })
  expect(bytes.length).toBe(MAX_RECORD_BYTES)
})

test('a record keeps nothing of what it was decoded from', async () => {
  const { bytes } = await signRecord(key, FIELDS, init)
  const arrived = new Uint8Array(bytes)
  const record = decodeRecord(arrived)
  arrived.fill(0)
  expect(record).toEqual(decodeRecord(bytes))
})

test.each<[string, Partial<RecordLimits>]>([
  ['a body limit that does not fit a gossip message', { maxBodyBytes: 57_345 }],
  ['a body limit that is no number', { maxBodyBytes: Number.NaN }],
  ['no life at all', { maxTtlMs: 0 }],
])('limits are checked: %s', async (_what, limits) => {
  const { bytes } = await signRecord(key, FIELDS, init)
  expect(() => decodeRecord(bytes, limits)).toThrow(TypeError)
  await expect(signRecord(key, FIELDS, { ...init, limits })).rejects.toThrow(TypeError)
})

test('a limit that is left out, or undefined, is the default', async () => {
  const { bytes } = await signRecord(key, FIELDS, init)
  expect(decodeRecord(bytes, { maxBodyBytes: undefined })).toEqual(decodeRecord(bytes, RECORD_LIMITS))
})

test.each(['', 'Main', 'a'.repeat(33), 'a/b'])('a network has a name: %o', network => {
  expect(() => createVerifier({ network })).toThrow(TypeError)
})

test('only a platform that failed is worth another try', async () => {
  const { bytes } = await signRecord(key, FIELDS, init)
  const verifier = { verify: async () => [new RecordError('unavailable', 'no threads')] }
  await expect(parseRecord(bytes, { ...init, verifier })).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
  })
  await expect(parseRecord(bytes, { network: 'test' })).rejects.toMatchObject({
    code: 'bad-signature',
    retryable: false,
  })
})

test('a private key that does not belong to its public key signs nothing', async () => {
  const other = await generateKeyPair('Ed25519')
  const mixed = Object.create(key, { publicKey: { value: other.publicKey } }) as typeof key
  await expect(signRecord(mixed, FIELDS, init)).rejects.toMatchObject({ code: 'bad-key' })
})

describe('owners', () => {
  test('are peers', () => {
    const peer = peerIdFromPrivateKey(key)
    expect(ownerOf(peer)).toEqual(key.publicKey.raw)
    expect(peerIdOf(ownerOf(peer)).equals(peer)).toBe(true)
  })

  test('have Ed25519 keys', async () => {
    const other = await generateKeyPair('secp256k1')
    expect(() => ownerOf(peerIdFromPrivateKey(other))).toThrow(RecordError)
    expect(() => peerIdOf(new Uint8Array(33))).toThrow(RecordError)
    await expect(signRecord(other, FIELDS, init)).rejects.toMatchObject({ code: 'unsupported-key' })
  })

  test('have records by names of text or bytes', () => {
    const owner = key.publicKey.raw
    expect(recordKey(owner, 'offers', 'é')).toEqual(recordKey(owner, 'offers', Uint8Array.of(0xc3, 0xa9)))
    expect(() => recordKey(owner, 'Offers', 'a')).toThrow(RecordError)
    expect(() => recordKey(owner, 'offers', '')).toThrow(RecordError)
  })
})
