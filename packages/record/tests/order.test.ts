import { generateKeyPair } from '@libp2p/crypto/keys'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareRecords, mergeRecords, signRecord } from '../src/index.ts'
import type { VerifiedRecord } from '../src/index.ts'

const key = await generateKeyPair('Ed25519')
const init = { network: 'main' }

/** Versions of one key, of which many have the same seq, and some are the same. */
const versions = await Promise.all(
  [1, 2, 3].flatMap(seq =>
    [undefined, '', 'a', 'b', 'c'].flatMap(body =>
      [10, 11].map(expiresMs =>
        signRecord(
          key,
          {
            space: 'offers',
            name: 'bicycle',
            seq,
            createdMs: 1,
            expiresMs,
            body: body === undefined ? undefined : encode(body),
          },
          init,
        ),
      ),
    ),
  ),
)
const version = fc.constantFrom(...versions)

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

test('the order of versions is total', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(Math.sign(compareRecords(a, b))).toBe(-Math.sign(compareRecords(b, a)) + 0)
      expect(compareRecords(a, b) === 0).toBe(a === b)
      const [low, mid, high] = [a, b, c].sort(compareRecords)
      expect(
        [compareRecords(low!, mid!), compareRecords(mid!, high!), compareRecords(low!, high!)].every(sign => sign <= 0),
      ).toBe(true)
    }),
  )
})

test('merge is a join: commutative, associative, idempotent', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(mergeRecords(a, b)).toBe(mergeRecords(b, a))
      expect(mergeRecords(mergeRecords(a, b), c)).toBe(mergeRecords(a, mergeRecords(b, c)))
      expect(mergeRecords(a, a)).toBe(a)
      expect(mergeRecords(undefined, a)).toBe(a)
    }),
  )
})

test('whatever arrives, in any order and any number of times, one version is left', () => {
  const arrivals = fc
    .uniqueArray(version, { minLength: 1 })
    .chain(list => fc.tuple(shuffledWithCopies(list), shuffledWithCopies(list)))
  fc.assert(
    fc.property(arrivals, ([here, there]) => {
      expect(merged(here)).toBe(merged(there))
    }),
  )
})

test('a removal that arrives first keeps its record from ever appearing', async () => {
  const fields = { space: 'offers', name: 'bicycle', createdMs: 1, expiresMs: 10 }
  const offered = await signRecord(key, { ...fields, seq: 5, body: encode('for sale') }, init)
  const removed = await signRecord(key, { ...fields, seq: 6, body: undefined }, init)
  expect(mergeRecords(mergeRecords(undefined, removed), offered)).toBe(removed)
})

test('records of two keys do not replace each other', async () => {
  const fields = { space: 'offers', seq: 1, createdMs: 1, expiresMs: 10, body: undefined }
  const [a, b] = await Promise.all(['a', 'b'].map(name => signRecord(key, { ...fields, name }, init)))
  expect(() => mergeRecords(a, b!)).toThrow(TypeError)
})

function merged(arrivals: VerifiedRecord[]): VerifiedRecord | undefined {
  return arrivals.reduce<VerifiedRecord | undefined>(mergeRecords, undefined)
}

function shuffledWithCopies(list: VerifiedRecord[]): fc.Arbitrary<VerifiedRecord[]> {
  const copies = fc.array(fc.constantFrom(...list))
  return copies.chain(more => fc.shuffledSubarray([...list, ...more], { minLength: list.length + more.length }))
}
