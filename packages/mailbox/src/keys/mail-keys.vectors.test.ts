import { readFileSync } from 'node:fs'
import { EntryError } from '@stoa/replica'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RejectionError } from '../rejection.ts'
import { toHex } from '../hex.ts'
import { decodeDeviceKeys, encodeDeviceKeys } from './device-keys.ts'
import { keyRules } from './key-rules.ts'

interface Vectors {
  bodies: Array<{ description: string; bytes: string; keys: Array<{ suite: number; key: string }> }>
  invalidBodies: Array<{ description: string; bytes: string; reason: string }>
  records: Array<
    Record<'description' | 'network' | 'device' | 'key' | 'id' | 'group' | 'bytes', string> & {
      seq: number
      createdMs: number
      expiresMs: number
      final: boolean
    }
  >
  invalidRecords: Array<{ description: string; network: string; bytes: string }>
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../../spec/vectors/mail-keys.json', import.meta.url), 'utf8'),
) as Vectors
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

test.each(vectors.bodies)('body: $description', ({ bytes, keys }) => {
  const decoded = decodeDeviceKeys(bytesOf(bytes))
  expect(decoded.map(({ suite, publicKey }) => ({ suite, key: toHex(publicKey) }))).toEqual(keys)
  expect(toHex(encodeDeviceKeys([...decoded].reverse()))).toBe(bytes)
})

test.each(vectors.invalidBodies)('no body: $description', ({ bytes, reason }) => {
  expect(() => decodeDeviceKeys(bytesOf(bytes))).toThrow(reason)
  expect(() => decodeDeviceKeys(bytesOf(bytes))).toThrow(RejectionError)
})

test.each(vectors.records)('record: $description', async vector => {
  const { network, bytes, key, id, group, seq, createdMs, expiresMs, final, device } = vector
  const rules = keyRules(network)
  const entry = rules.parse(bytesOf(bytes))
  expect(await rules.verify([entry])).toEqual([true])
  expect({ key: toHex(entry.key), id: toHex(entry.id), device: toHex(entry.record.name) }).toEqual({ key, id, device })
  expect(entry).toMatchObject({ group, seq, createdMs, expiresMs, isFinal: final })
  expect(await keyRules('elsewhere').verify([entry])).toEqual([false])
})

test.each(vectors.invalidRecords)('no record: $description', ({ network, bytes }) => {
  expect(() => keyRules(network).parse(bytesOf(bytes))).toThrow(EntryError)
})

test('there is one encoding: what decodes is what is written for it, and nothing else throws than it should', () => {
  const [base] = vectors.bodies.map(({ bytes }) => bytesOf(bytes))
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 4 }),
      fc.nat(60),
      (turns, cut) => {
        const bytes = Uint8Array.from(base!)
        for (const { at, byte } of turns) bytes[at % bytes.length] = byte
        const input = bytes.subarray(0, bytes.length - Math.max(0, cut - 50))
        let decoded
        try {
          decoded = decodeDeviceKeys(input)
        } catch (error) {
          if (error instanceof RejectionError) return
          throw error
        }
        expect(encodeDeviceKeys(decoded)).toEqual(Uint8Array.from(input))
      },
    ),
  )
})
