import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { readFileSync } from 'node:fs'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import {
  compareRecords,
  decodeRecord,
  mergeRecords,
  parseRecord,
  RecordError,
  recordKey,
  signRecord,
} from '../src/index.ts'
import { platform as node } from '../src/platform.node.ts'
import { platform as browser } from '../src/platform.ts'
import { verifyEach } from '../src/verify-each.ts'
import { verifyWithNoble } from '../src/noble-verify.ts'
import { signedPrefix } from '../src/envelope.ts'
import { INVALID_FILE, VALID_FILE, vectorFiles } from './vector-files.ts'
import type { Platform } from '../src/platform-types.ts'
import type { InvalidRecord } from './invalid-vectors.ts'
import type { Valid } from './valid-vectors.ts'

const valid = JSON.parse(readFileSync(VALID_FILE, 'utf8')) as Valid
const invalid = JSON.parse(readFileSync(INVALID_FILE, 'utf8')) as { records: InvalidRecord[] }
const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')
const bytesOf = (text: string): Uint8Array => fromString(text, 'hex')

describe('what every implementation agrees on', () => {
  test.each(valid.records)('$description', async vector => {
    const { network, limits } = vector
    const key = await generateKeyPairFromSeed('Ed25519', bytesOf(vector.seed))
    const fields = {
      space: vector.space,
      name: bytesOf(vector.name),
      seq: vector.seq,
      createdMs: vector.createdMs,
      expiresMs: vector.expiresMs,
      holdsMs: vector.holdsMs,
      body: vector.body === null ? undefined : bytesOf(vector.body),
    }
    expect(hex((await signRecord(key, fields, { network, limits })).bytes)).toBe(vector.bytes)

    const record = await parseRecord(bytesOf(vector.bytes), { network, limits })
    const { id, key: recordKey, owner, bytes, family, removed, ...rest } = record
    expect([id, recordKey, owner, bytes].map(hex)).toEqual([vector.id, vector.key, vector.owner, vector.bytes])
    expect(family).toBe(vector.family)
    expect(removed).toBe(vector.body === null)
    expect({ ...rest, name: hex(rest.name), body: rest.body && hex(rest.body) }).toEqual({
      ...fields,
      name: vector.name,
      body: vector.body ?? undefined,
    })
  })

  test.each(valid.crafted)('$reason', async ({ network, bytes, id }) => {
    expect(hex((await parseRecord(bytesOf(bytes), { network })).id)).toBe(id)
  })

  test.each(valid.keys)('key of $name in $space', ({ owner, space, name, key }) => {
    expect(hex(recordKey(bytesOf(owner), space, bytesOf(name)))).toBe(key)
  })

  test.each(valid.order)('kept: $reason', async ({ network, ...pair }) => {
    const kept = await parseRecord(bytesOf(pair.kept), { network })
    const replaced = await parseRecord(bytesOf(pair.replaced), { network })
    expect(compareRecords(kept, replaced)).toBeGreaterThan(0)
    expect(compareRecords(replaced, kept)).toBeLessThan(0)
    expect(mergeRecords(kept, replaced)).toBe(kept)
    expect(mergeRecords(replaced, kept)).toBe(kept)
  })
})

describe('what every implementation refuses', () => {
  test.each(invalid.records)('$reason', async ({ network, limits, bytes, error }) => {
    await expect(parseRecord(bytesOf(bytes), { network, limits })).rejects.toMatchObject({
      name: 'RecordError',
      code: error,
    })
  })
})

describe.each([
  ['Node, one by one', node],
  ['a browser with WebCrypto', browser],
  ['a browser without', { ...browser, verify: verifyEach(verifyWithNoble) }],
])('%s', (_name, platform: Platform) => {
  test('finds the same records signed', async () => {
    for (const { network, bytes } of [...valid.records, ...valid.crafted]) {
      expect(await platform.verify(signedPrefix(network), [bytesOf(bytes)])).toEqual(['valid'])
    }
  })

  test('finds the same signatures wrong', async () => {
    for (const { network, limits, bytes, reason } of invalid.records) {
      const record = decoded(bytesOf(bytes), limits)
      if (record instanceof RecordError) continue
      expect(await platform.verify(signedPrefix(network), [record.bytes]), reason).toEqual(['invalid'])
    }
  })

  test('hashes alike', () => {
    for (const { bytes, id } of valid.records) expect(hex(platform.sha256(bytesOf(bytes)))).toBe(id)
  })
})

test('the vectors are those that tests/write-vectors.ts writes', () => {
  for (const [path, content] of Object.entries(vectorFiles())) expect(readFileSync(path, 'utf8')).toBe(content)
})

function decoded(...args: Parameters<typeof decodeRecord>): ReturnType<typeof decodeRecord> | RecordError {
  try {
    return decodeRecord(...args)
  } catch (error) {
    if (error instanceof RecordError) return error
    throw error
  }
}
