import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import * as noble from '@panva/hpke-noble'
import * as web from 'hpke'
import { chosenSuite } from '../src/crypto/chosen-suite.ts'
import { hybrid } from '../src/crypto/native-kem.node.ts'
import { nativeSuite } from '../src/crypto/native-suite.node.ts'
import { platform as node } from '../src/crypto/platform.node.ts'
import { librarySuites, platform as browser } from '../src/crypto/platform.ts'
import { MLKEM768_X25519, X25519 } from '../src/crypto/suite.ts'
import { encapsulate, referenceKey, referenceSeal } from './reference-hpke.ts'
import type { HpkeSuite, SuiteId } from '../src/crypto/suite.ts'

interface Published {
  hpke: Array<{
    source: string
    suite: SuiteId
    info: string
    ephemeral: string
    privateKey: string
    publicKey: string
    enc: string
    aad: string
    plaintext: string
    ciphertext: string
  }>
  xwing: Array<{ seed: string; eseed: string; publicKey: string; enc: string; secret: string }>
}

const published = JSON.parse(readFileSync(join(import.meta.dirname, 'published-vectors.json'), 'utf8')) as Published
const bytesOf = (text: string): Uint8Array => fromString(text, 'hex')
const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')

const IDS: SuiteId[] = [MLKEM768_X25519, X25519]
const INFO = bytesOf('01')
const AAD = bytesOf('0203')
const MESSAGE = bytesOf('040506')

function implementations(id: SuiteId): Array<[string, HpkeSuite]> {
  const [allWeb, webWithNoble, allNoble] = librarySuites(id)
  return [
    ['node:crypto', nativeSuite(id)],
    ['WebCrypto', allWeb!],
    ['WebCrypto without ChaCha20-Poly1305', webWithNoble!],
    ['JavaScript', allNoble!],
    ['what Node takes', node.suites[id]],
    ['what a browser takes', browser.suites[id]],
  ]
}

describe.each(published.hpke)('the vector of $source', vector => {
  const { suite } = vector
  const [info, aad, enc, publicKey, privateKey] = [
    vector.info,
    vector.aad,
    vector.enc,
    vector.publicKey,
    vector.privateKey,
  ].map(bytesOf) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]

  test.each(implementations(suite))('opens with %s', async (_name, implementation) => {
    const pair = { suite, publicKey, privateKey }
    const opened = await implementation.open(pair, enc, info, aad, bytesOf(vector.ciphertext))
    expect(opened && hex(opened)).toBe(vector.plaintext)
  })

  test('is what the reference of these tests makes', () => {
    expect(hex(referenceKey(suite, privateKey).publicKey)).toBe(vector.publicKey)
    const ephemeral = bytesOf(vector.ephemeral)
    const sealed = referenceSeal(suite, publicKey, ephemeral, info, aad, bytesOf(vector.plaintext))
    expect([sealed.enc, sealed.ciphertext].map(hex)).toEqual([vector.enc, vector.ciphertext])
  })
})

describe.each(published.xwing)('the vector of X-Wing with the seed $seed', vector => {
  const [seed, enc] = [vector.seed, vector.enc].map(bytesOf) as [Uint8Array, Uint8Array]

  test('with node:crypto', () => {
    const key = hybrid.key(seed)
    expect(hex(key.publicKey)).toBe(vector.publicKey)
    expect(hex(key.decapsulate(enc))).toBe(vector.secret)
  })

  test.each([
    ['WebCrypto', web.KEM_MLKEM768_X25519],
    ['JavaScript', noble.KEM_MLKEM768_X25519],
  ])('with %s', async (_name, factory) => {
    const kem = factory()
    const key = await kem.DeserializePrivateKey(seed, true)
    expect(hex(await kem.Decap(enc, key, undefined))).toBe(vector.secret)
  })

  test('is what the reference of these tests makes', () => {
    const { publicKey } = referenceKey(MLKEM768_X25519, seed)
    const made = encapsulate(MLKEM768_X25519, publicKey, bytesOf(vector.eseed))
    expect([publicKey, made.enc, made.secret].map(hex)).toEqual([vector.publicKey, vector.enc, vector.secret])
  })
})

describe.each(IDS)('suite %i', id => {
  const all = implementations(id)
  const any = fc.constantFrom(...all.map(([, suite]) => suite))
  const bytes = fc.uint8Array({ maxLength: 200 })

  test('what one seals all others open', async () => {
    await fc.assert(
      fc.asyncProperty(any, any, any, bytes, bytes, bytes, async (maker, sealer, opener, info, aad, message) => {
        const pair = await maker.generate()
        const { enc, ciphertext } = await sealer.seal(pair.publicKey, info, aad, message)
        expect(enc).toHaveLength(sealer.encBytes)
        expect(ciphertext).toHaveLength(message.length + 16)
        expect(await opener.open({ ...pair }, enc, info, aad, ciphertext)).toEqual(message)
      }),
      { numRuns: 40 },
    )
  })

  test('a bit that was turned is seen, wherever it is', async () => {
    await fc.assert(
      fc.asyncProperty(any, fc.constantFrom(0, 1, 2, 3), fc.nat(), async (suite, which, bit) => {
        const pair = await suite.generate()
        const { enc, ciphertext } = await suite.seal(pair.publicKey, INFO, AAD, MESSAGE)
        const parts = [enc, INFO, AAD, ciphertext].map(part => part.slice()) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ]
        const part = parts[which]!
        const at = bit % (8 * part.length)
        // X25519 ignores the highest bit of a public key: HPKE binds its bytes, the hybrid hashes them
        part[at >> 3]! ^= 1 << (at & 7)
        expect(await suite.open(pair, ...parts)).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })

  test.each(all)('%s: another key opens nothing, nor does what is cut off', async (_name, suite) => {
    const [pair, other] = [await suite.generate(), await suite.generate()]
    const { enc, ciphertext } = await suite.seal(pair.publicKey, INFO, AAD, MESSAGE)
    expect(await suite.open(other, enc, INFO, AAD, ciphertext)).toBeUndefined()
    expect(await suite.open(pair, enc.subarray(1), INFO, AAD, ciphertext)).toBeUndefined()
    expect(await suite.open(pair, enc, INFO, AAD, ciphertext.subarray(0, 15))).toBeUndefined()
    expect(await suite.open(pair, enc, INFO, AAD, new Uint8Array(0))).toBeUndefined()
  })

  test.each(all)('%s: what is no public key is refused', async (_name, suite) => {
    const { publicKey } = await suite.generate()
    const seal = (key: Uint8Array): Promise<unknown> => suite.seal(key, INFO, AAD, MESSAGE)
    await expect(seal(publicKey.subarray(1))).rejects.toBeInstanceOf(TypeError)
    const smallOrder = publicKey.slice().fill(0, -32)
    await expect(seal(smallOrder)).rejects.toBeInstanceOf(TypeError)
  })

  test.each(all)('%s: an encapsulated key of small order opens nothing', async (_name, suite) => {
    const pair = await suite.generate()
    const { enc, ciphertext } = await suite.seal(pair.publicKey, INFO, AAD, MESSAGE)
    expect(await suite.open(pair, enc.slice().fill(0, -32), INFO, AAD, ciphertext)).toBeUndefined()
  })
})

test.each(implementations(MLKEM768_X25519))(
  '%s: a coefficient that is not below 3,329 is no key',
  async (_name, suite) => {
    const { publicKey } = await suite.generate()
    const seal = suite.seal(publicKey.slice().fill(0xff, 0, 3), INFO, AAD, MESSAGE)
    await expect(seal).rejects.toBeInstanceOf(TypeError)
  },
)

describe('on a platform that lacks something', () => {
  const broken = (id: SuiteId): HpkeSuite => ({
    ...nativeSuite(id),
    seal: () => Promise.reject(new DOMException('no such algorithm', 'NotSupportedError')),
  })
  const wrong = (id: SuiteId): HpkeSuite => ({ ...nativeSuite(id), open: async () => Uint8Array.of(1) })

  test.each(IDS)('suite %i is by the first implementation that works', async id => {
    const [, , js] = librarySuites(id)
    const suite = chosenSuite(id, js!, () => [broken(id), wrong(id), js!])
    const pair = await suite.generate()
    const { enc, ciphertext } = await suite.seal(pair.publicKey, INFO, AAD, MESSAGE)
    expect(await node.suites[id].open(pair, enc, INFO, AAD, ciphertext)).toEqual(MESSAGE)
  })

  test('hashes, MACs and single seals are the same bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array(),
        fc.uint8Array(),
        (key, aad, message) => {
          expect(node.sha256(message)).toEqual(browser.sha256(message))
          expect(node.hmacSha256(key, message)).toEqual(browser.hmacSha256(key, message))
          const sealed = node.sealOnce(key, aad, message)
          expect(browser.sealOnce(key, aad, message)).toEqual(sealed)
          for (const platform of [node, browser]) {
            expect(platform.openOnce(key, aad, sealed)).toEqual(message)
            expect(platform.openOnce(key, sealed, sealed)).toBeUndefined()
            expect(platform.openOnce(key, aad, sealed.subarray(0, 15))).toBeUndefined()
          }
        },
      ),
    )
  })
})
