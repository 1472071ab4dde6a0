import fc from 'fast-check'
import { EntryError } from '@stoa/replica'
import { describe, expect, test } from 'vitest'
import { Letter } from '../src/gen/mailbox.js'
import { encodeLetter, encodeReceipt } from '../src/letter/codec.ts'
import { receiptPreimage } from '../src/letter/content-key.ts'
import { letterRules } from '../src/letter/letter-rules.ts'
import { MAX_LETTER_BYTES } from '../src/letter/limits.ts'
import { bucketOf } from '../src/letter/names.ts'
import { RejectionError } from '../src/rejection.ts'
import {
  alice,
  bob,
  BUCKET_BITS,
  CONTENT_KEY,
  DAY_MS,
  fixedLetter,
  mallory,
  NETWORK,
  newLetter,
  parse,
} from './build.ts'
import type { LetterRulesInit } from '../src/letter/letter-rules.ts'
import type { LetterEntry } from '../src/letter/letter.ts'

const INIT = { network: NETWORK, bucketBits: BUCKET_BITS, maxTtlMs: 15 * DAY_MS, floorRank: -25 }
const letter = await fixedLetter(newLetter())
const receipt = encodeReceipt(letter.header, receiptPreimage(CONTENT_KEY))

describe('the rules of letters', () => {
  test('take a letter and its receipt as two versions of one thing', async () => {
    const rules = letterRules(INIT)
    const [sealed, final] = [rules.parse(letter.bytes), rules.parse(receipt)]
    expect(final.key).toEqual(sealed.key)
    expect(final.id).not.toEqual(sealed.id)
    expect([sealed, final]).toMatchObject([
      { seq: 1, isFinal: false, mark: 0, holdsMs: letter.expiresMs },
      { seq: 1, isFinal: true, mark: 1, holdsMs: letter.expiresMs },
    ])
    expect(await rules.verify([sealed, final])).toEqual([true, true])
  })

  test('find out what is not proven, each by itself', async () => {
    const rules = letterRules(INIT)
    const badHash = rules.parse(encodeLetter({ ...letter.header, sealedHash: letter.header.lock }, letter.sealed!))
    const badPreimage = rules.parse(encodeReceipt(letter.header, CONTENT_KEY))
    expect(await rules.verify([letter, badHash, parse(receipt), badPreimage])).toEqual([true, false, true, false])
  })

  test('say that a letter is wrong in the words of a replica', () => {
    const parsed = (): LetterEntry => letterRules(INIT).parse(letter.bytes.subarray(1))
    expect(parsed).toThrow(EntryError)
    expect(parsed).toThrow(expect.objectContaining({ cause: expect.any(RejectionError) }))
  })

  test('take the letters of their shard only', () => {
    const shardOfIt = letter.header.bucket >> (BUCKET_BITS - 2)
    const isTaken = (shard: number): boolean => read({ ...INIT, shardBits: 2, shard }) !== undefined
    expect([0, 1, 2, 3].filter(isTaken)).toEqual([shardOfIt])
  })

  test('have the limits of their network', () => {
    expect(() => letterRules({ ...INIT, maxTtlMs: DAY_MS - 1 }).parse(letter.bytes)).toThrow(EntryError)
    expect(() => letterRules({ ...INIT, bucketBits: 0 }).parse(letter.bytes)).toThrow(EntryError)
    expect(() => letterRules(INIT).parse(new Uint8Array(MAX_LETTER_BYTES + 1))).toThrow(EntryError)
    expect(letterRules(INIT)).toMatchObject({ floorRank: -25, maxTtlMs: 15 * DAY_MS, maxEntryBytes: MAX_LETTER_BYTES })
  })

  test('keep no memory of what came', () => {
    const bytes = letter.bytes.slice()
    const entry = letterRules(INIT).parse(bytes)
    bytes.fill(0)
    expect(entry).toEqual(letter)
  })

  test('have ids of their network', () => {
    expect(letterRules({ ...INIT, network: 'test-1' }).parse(letter.bytes).key).not.toEqual(letter.key)
  })
})

test('buckets are those of identities, and shorter ones are the beginnings of longer ones', () => {
  for (const { publicKey } of [alice, bob, mallory]) {
    const longest = bucketOf(NETWORK, publicKey.raw, 16)
    for (let bits = 0; bits < 16; bits++) expect(bucketOf(NETWORK, publicKey.raw, bits)).toBe(longest >> (16 - bits))
  }
})

describe('the one encoding', () => {
  test('is what generated code reads', () => {
    const read = Letter.decode(letter.bytes)
    expect(read.header).toMatchObject({
      bucket: letter.header.bucket,
      suite: letter.header.suite,
      size: letter.header.sizeBytes,
      createdMin: letter.createdMs / 60_000,
      expiresMin: letter.expiresMs / 60_000,
    })
    expect(read.sealed).toEqual(letter.sealed)
    expect(Letter.decode(receipt).receipt).toEqual(parse(receipt).preimage)
  })

  test('is the only one that is read: what was changed and is read is encoded as it came', () => {
    const change = fc.record({
      at: fc.nat(100),
      remove: fc.nat(3),
      insert: fc.uint8Array({ maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.constantFrom(letter.bytes, receipt), change, (bytes, { at, remove, insert }) => {
        const altered = Uint8Array.of(...bytes.subarray(0, at), ...insert, ...bytes.subarray(at + remove))
        const entry = read(INIT, altered)
        if (entry === undefined) return
        const { header, sealed, preimage } = entry
        expect(sealed === undefined ? encodeReceipt(header, preimage!) : encodeLetter(header, sealed)).toEqual(altered)
      }),
      { numRuns: 2_000 },
    )
  })
})

/** Undefined when it is refused as it must be. */
function read(init: LetterRulesInit, bytes = letter.bytes): LetterEntry | undefined {
  try {
    return letterRules(init).parse(bytes)
  } catch (error) {
    if (error instanceof EntryError) return undefined
    throw error
  }
}
