import { generateKeyPair } from '@libp2p/crypto/keys'
import fc from 'fast-check'
import { concat } from 'uint8arrays/concat'
import { describe, expect, test } from 'vitest'
import { MLKEM768_X25519, X25519 } from '../src/crypto/suite.ts'
import { suiteOf } from '../src/crypto/suites.ts'
import { encodeLetter, encodeReceipt, slotBytes, slotCount } from '../src/letter/codec.ts'
import { MAX_BODY_BYTES, MAX_LETTER_BYTES, PADDED_SIZES } from '../src/letter/limits.ts'
import { openLetter } from '../src/letter/open.ts'
import { proofError } from '../src/letter/proof.ts'
import { sealLetter } from '../src/letter/seal.ts'
import { platform } from '../src/crypto/platform.node.ts'
import { alice, bob, DAY_MS, fixedLetter, mallory, NETWORK, newLetter, parse, SENT_MS } from './build.ts'
import { RejectionError } from '../src/rejection.ts'
import type { MailKeyPair, SuiteId } from '../src/crypto/suite.ts'
import type { Header, LetterEntry, NewLetter, OpenedLetter } from '../src/letter/letter.ts'

const TO_BOB = { network: NETWORK, identity: bob.publicKey.raw }
const suites = fc.constantFrom<SuiteId>(MLKEM768_X25519, X25519)
const letters = fc.record({
  suite: suites,
  devices: fc.integer({ min: 1, max: 8 }),
  body: fc.uint8Array({ maxLength: 3_000 }),
  contentType: fc.string({ unit: 'grapheme-ascii', maxLength: 100 }),
  messageId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  sentMs: fc.integer({ min: 60_000, max: 2 ** 32 * 60_000 - 20 * DAY_MS }),
  ttlMs: fc.integer({ min: 60_000, max: 15 * DAY_MS }),
})

function keysFor(suite: SuiteId, count: number): Promise<MailKeyPair[]> {
  return Promise.all(Array.from({ length: count }, () => suiteOf(suite).generate()))
}

function opened(entry: LetterEntry, keys: readonly MailKeyPair[]): Promise<OpenedLetter | undefined> {
  return openLetter(entry, { ...TO_BOB, keys })
}

describe('a letter', () => {
  test('opens for each device of its receiver, and for nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(letters, async ({ suite, devices, ...fields }) => {
        const keys = await keysFor(suite, devices)
        const entry = parse((await sealLetter(newLetter({ ...fields, keys }))).bytes)
        expect(proofError(entry)).toBeUndefined()
        for (const key of keys) {
          const { receipt, from, ...content } = (await opened(entry, [key]))!
          const { messageId, contentType, body, sentMs } = fields
          expect(content).toEqual({ messageId, contentType, body, sentMs })
          expect(from).toEqual(alice.publicKey.raw)
          const replacement = parse(receipt)
          expect(proofError(replacement)).toBeUndefined()
          expect(replacement).toMatchObject({ isFinal: true, key: entry.key, header: entry.header })
        }
        expect(await opened(entry, await keysFor(suite, 1))).toBeUndefined()
        expect(await opened(parse((await opened(entry, keys))!.receipt), keys)).toBeUndefined()
      }),
      { numRuns: 25 },
    )
  })

  test('shows nothing of its length, its devices or its time beyond its size, a power of two and minutes', async () => {
    await fc.assert(
      fc.asyncProperty(letters, async ({ suite, devices, ...fields }) => {
        const { header, sealed, expiresMs, createdMs } = await sealLetter(
          newLetter({ ...fields, keys: await keysFor(suite, devices) }),
        )
        expect(PADDED_SIZES).toContain(header.sizeBytes)
        expect([1, 2, 4, 8].find(slots => slots >= devices)).toBe(slotCount(header, sealed!))
        expect(createdMs).toBe(fields.sentMs - (fields.sentMs % 60_000))
        expect(expiresMs % 60_000).toBe(0)
        expect(expiresMs - createdMs).toBeLessThanOrEqual(15 * DAY_MS)
        expect(expiresMs).toBeGreaterThanOrEqual(Math.min(fields.sentMs + fields.ttlMs, createdMs + 15 * DAY_MS))
      }),
      { numRuns: 15 },
    )
  })

  test('is another one each time it is sealed', async () => {
    const letter = newLetter()
    const [one, other] = [await sealLetter(letter), await sealLetter(letter)]
    expect(one.key).not.toEqual(other.key)
    expect(one.header.lock).not.toEqual(other.header.lock)
  })

  test.each([MLKEM768_X25519, X25519] as const)('of the largest size fits an entry: suite %i', async suite => {
    const fields = {
      contentType: 'x'.repeat(100),
      body: new Uint8Array(MAX_BODY_BYTES),
      sentMs: 2 ** 32 * 60_000 - 60 * DAY_MS,
    }
    const { bytes, header } = await sealLetter(newLetter({ ...fields, keys: await keysFor(suite, 8), bucketBits: 16 }))
    expect(header.sizeBytes).toBe(49_152)
    expect(bytes.length).toBeLessThanOrEqual(MAX_LETTER_BYTES)
    expect(MAX_LETTER_BYTES).toBeLessThanOrEqual(61_440)
  })

  test('any bit that is turned is seen before it is opened, or it opens for nobody', async () => {
    const keys = await keysFor(X25519, 2)
    const { bytes } = await sealLetter(newLetter({ keys }))
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async bit => {
        const altered = bytes.slice()
        altered[bit >> 3]! ^= 1 << (bit & 7)
        expect(await outcome(altered, keys)).not.toBe('opened')
      }),
      { numRuns: 300 },
    )
  })

  test('any bit that is turned, where whoever turned it made the hash right again', async () => {
    const keys = await keysFor(X25519, 2)
    const { header, sealed } = await sealLetter(newLetter({ keys }))
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed!.length * 8 - 1), async bit => {
        const altered = sealed!.slice()
        altered[bit >> 3]! ^= 1 << (bit & 7)
        const bytes = encodeLetter({ ...header, sealedHash: platform.sha256(altered) }, altered)
        // each device: the slot of another may be the one that was altered
        for (const key of keys) expect(['unopened', 'bad-envelope']).toContain(await outcome(bytes, [key]))
      }),
      { numRuns: 300 },
    )
  })

  test('under the header of another one opens for nobody', async () => {
    const keys = await keysFor(X25519, 1)
    const [one, other] = [
      await sealLetter(newLetter({ keys })),
      await sealLetter(newLetter({ keys, ttlMs: 2 * DAY_MS })),
    ]
    expect(await outcome(encodeLetter(one.header, other.sealed!), keys)).toBe('bad-hash')
    const changes: Array<Partial<Header>> = [
      {},
      { lock: other.header.lock },
      { expiresMs: other.header.expiresMs },
      { bucket: one.header.bucket ^ 1 },
      { createdMs: one.header.createdMs - 60_000 },
    ]
    for (const change of changes) {
      const header = { ...one.header, ...change, sealedHash: other.header.sealedHash }
      expect(await outcome(encodeLetter(header, other.sealed!), keys)).toBe('unopened')
    }
  })

  test('with the slots of another one, or the body, opens for nobody', async () => {
    const keys = await keysFor(X25519, 1)
    const [one, other] = [await sealLetter(newLetter({ keys })), await sealLetter(newLetter({ keys }))]
    const step = slotBytes(X25519)
    for (const [slots, body] of [[one, other] as const, [other, one] as const]) {
      const sealed = concat([slots.sealed!.subarray(0, step), body.sealed!.subarray(step)])
      for (const { header } of [one, other]) {
        const bytes = encodeLetter({ ...header, sealedHash: platform.sha256(sealed) }, sealed)
        expect(['unopened', 'bad-envelope']).toContain(await outcome(bytes, keys))
      }
    }
  })

  test('whose receipt has another letter’s preimage is not receipted', async () => {
    const keys = await keysFor(X25519, 1)
    const [one, other] = [await sealLetter(newLetter({ keys })), await sealLetter(newLetter({ keys }))]
    const { preimage } = parse((await opened(other, keys))!.receipt)
    expect(await outcome(encodeReceipt(one.header, preimage!), keys)).toBe('bad-preimage')
    expect(await outcome(encodeReceipt({ ...one.header, lock: other.header.lock }, preimage!), keys)).toBe('unopened')
    expect(parse(encodeReceipt({ ...one.header, lock: other.header.lock }, preimage!)).key).not.toEqual(one.key)
  })

  test('that its receiver seals again to somebody else is not signed to them', async () => {
    const [key, theirs] = [(await keysFor(X25519, 1))[0]!, (await keysFor(X25519, 1))[0]!]
    const letter = await sealLetter(newLetter({ keys: [key, theirs] }))
    const identity = mallory.publicKey.raw
    await expect(openLetter(letter, { network: NETWORK, identity, keys: [theirs] })).rejects.toMatchObject({
      code: 'wrong-receiver',
    })
  })

  test('opens with the second key and passes over those of the other suite', async () => {
    const [key, older] = await keysFor(X25519, 2)
    const [hybrid] = await keysFor(MLKEM768_X25519, 1)
    const letter = await sealLetter(newLetter({ keys: [older!] }))
    expect((await opened(letter, [hybrid!, key!, older!]))?.body).toEqual(newLetter().body)
    expect(await opened(letter, [])).toBeUndefined()
  })
})

test('what is made of fixed keys and randomness is always the same', async () => {
  expect((await fixedLetter(newLetter())).bytes).toEqual((await fixedLetter(newLetter())).bytes)
})

describe('what is no letter is not sealed', async () => {
  const secp = await generateKeyPair('secp256k1')
  const [small] = await keysFor(X25519, 1)
  const [hybrid] = await keysFor(MLKEM768_X25519, 1)
  const cases: Array<[string, Partial<NewLetter>]> = [
    ['another kind of key', { from: secp }],
    ['a receiver that is no key', { to: new Uint8Array(31) }],
    ['no device', { keys: [] }],
    ['nine devices', { keys: Array.from({ length: 9 }, () => small!) }],
    ['devices of two suites', { keys: [small!, hybrid!] }],
    ['a key of another length', { keys: [{ suite: X25519, publicKey: new Uint8Array(31) }] }],
    ['a key of small order', { keys: [{ suite: X25519, publicKey: new Uint8Array(32) }] }],
    ['a message id of 15 bytes', { messageId: new Uint8Array(15) }],
    ['a content type of 101 bytes', { contentType: 'x'.repeat(101) }],
    ['a content type that is not ASCII', { contentType: 'text/ö' }],
    ['a body over the limit', { body: new Uint8Array(MAX_BODY_BYTES + 1) }],
    ['less than a minute', { ttlMs: 59_999 }],
    ['more than 15 days', { ttlMs: 15 * DAY_MS + 1 }],
    ['a time that is none', { sentMs: SENT_MS + 0.5 }],
    ['17 bits of bucket', { bucketBits: 17 }],
  ]
  test.each(cases)('%s', async (_name, change) => {
    await expect(sealLetter({ ...newLetter(), ...change })).rejects.toBeInstanceOf(TypeError)
  })
})

/** What a receiver makes of bytes that came. */
async function outcome(bytes: Uint8Array, keys: readonly MailKeyPair[]): Promise<string> {
  try {
    const entry = parse(bytes)
    const error = proofError(entry)
    if (error !== undefined) return error.code
    return (await opened(entry, keys)) === undefined ? 'unopened' : 'opened'
  } catch (error) {
    if (error instanceof RejectionError) return error.code
    throw error
  }
}
