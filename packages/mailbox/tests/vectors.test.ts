import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { X25519 } from '../src/crypto/suite.ts'
import { suiteOf } from '../src/crypto/suites.ts'
import { parseLetter } from '../src/letter/codec.ts'
import { bucketOf } from '../src/letter/names.ts'
import { openLetter } from '../src/letter/open.ts'
import { paddedSize } from '../src/letter/padding.ts'
import { proofError } from '../src/letter/proof.ts'
import { bytesOf, hex } from './build.ts'
import { INVALID_FILE, VALID_FILE, vectorFiles } from './vector-files.ts'
import type { MailKeyPair, SuiteId } from '../src/crypto/suite.ts'
import type { LetterLimits } from '../src/letter/codec.ts'
import type { OpenedLetter } from '../src/letter/letter.ts'
import type { Invalid, InvalidLetter, UnopenedLetter } from './invalid-vectors.ts'
import type { Valid } from './valid-vectors.ts'

const valid = JSON.parse(readFileSync(VALID_FILE, 'utf8')) as Valid
const invalid = JSON.parse(readFileSync(INVALID_FILE, 'utf8')) as Invalid

function pairOf(suite: SuiteId, { privateKey, publicKey }: { privateKey: string; publicKey: string }): MailKeyPair {
  return { suite, privateKey: bytesOf(privateKey), publicKey: bytesOf(publicKey) }
}

describe('what every implementation agrees on', () => {
  test.each(valid.letters)('$description', async vector => {
    const { network, bucketBits, suite } = vector
    const entry = parseLetter(bytesOf(vector.bytes), { network, bucketBits })
    const { header } = entry
    expect(proofError(entry)).toBeUndefined()
    expect([hex(entry.key), hex(entry.id)]).toEqual([vector.id, vector.hash])
    expect({
      lock: hex(header.lock),
      createdMs: header.createdMs,
      expiresMs: header.expiresMs,
      bucket: header.bucket,
      size: header.sizeBytes,
      sealedHash: hex(header.sealedHash),
    }).toEqual(vector.header)
    expect(entry).toMatchObject({ isFinal: false, seq: 1, group: `mail/${header.bucket}`, mark: 0 })

    for (const device of vector.devices) {
      const keys = [pairOf(suite, device)]
      const opened = await openLetter(entry, { network, identity: bytesOf(vector.to), keys })
      expect(opened).toBeDefined()
      const { from, messageId, contentType, body, sentMs, receipt } = opened!
      expect([from, messageId, body, receipt].map(hex)).toEqual([
        vector.from,
        vector.messageId,
        vector.body,
        vector.receipt,
      ])
      expect({ contentType, sentMs }).toEqual({ contentType: vector.contentType, sentMs: vector.sentMs })
    }
    const stranger = await suiteOf(suite).generate()
    expect(await openLetter(entry, { network, identity: bytesOf(vector.to), keys: [stranger] })).toBeUndefined()

    const receipt = parseLetter(bytesOf(vector.receipt), { network, bucketBits })
    expect(proofError(receipt)).toBeUndefined()
    expect(receipt).toMatchObject({ isFinal: true, seq: 1, mark: 1, header })
    expect([receipt.key, receipt.id, receipt.preimage!].map(hex)).toEqual([
      vector.id,
      vector.receiptHash,
      vector.preimage,
    ])
  })

  test.each(valid.buckets)(
    'bucket $bucket of $bucketBits bits on $network',
    ({ network, identity, bucketBits, bucket }) => {
      expect(bucketOf(network, bytesOf(identity), bucketBits)).toBe(bucket)
    },
  )

  test.each(valid.padding)('an envelope of $envelopeBytes bytes is padded to $size', ({ envelopeBytes, size }) => {
    expect(paddedSize(envelopeBytes) ?? null).toBe(size)
  })
})

describe('what every implementation refuses', () => {
  test.each(invalid.bytes)('$reason: $error', ({ bytes, error, ...limits }) => {
    expect(() => prove(bytes, limits)).toThrow(expect.objectContaining({ name: 'RejectionError', code: error }))
  })

  test.each(invalid.opened)('of a letter that opened, $reason: $error', async ({ error, ...vector }) => {
    await expect(open(vector)).rejects.toMatchObject({ name: 'RejectionError', code: error })
  })

  test.each(invalid.unopened)('does not open: $reason', async vector => {
    expect(await open(vector)).toBeUndefined()
  })
})

test('the vectors are those that tests/write-vectors.ts writes', async () => {
  for (const [path, content] of Object.entries(await vectorFiles())) expect(readFileSync(path, 'utf8')).toBe(content)
})

function prove(bytes: string, limits: LetterLimits): void {
  const error = proofError(parseLetter(bytesOf(bytes), limits))
  if (error !== undefined) throw error
}

async function open(vector: Omit<InvalidLetter, 'error'> & UnopenedLetter): Promise<OpenedLetter | undefined> {
  const { network, bucketBits, to, bytes } = vector
  const entry = parseLetter(bytesOf(bytes), { network, bucketBits })
  const keys = [pairOf(vector.publicKey.length === 64 ? X25519 : entry.header.suite, vector)]
  expect(proofError(entry)).toBeUndefined()
  return openLetter(entry, { network, identity: bytesOf(to), keys })
}
