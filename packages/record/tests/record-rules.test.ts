import { generateKeyPair } from '@libp2p/crypto/keys'
import { expect, test } from 'vitest'
import { createVerifier, groupOf, RecordError, recordRules, signRecord } from '../src/index.ts'
import type { RecordRulesInit, Verifier } from '../src/index.ts'

class NoEntry extends Error {
  override name = 'NoEntry'
}

const NOW = 1_700_000_000_000
const limits = { maxBodyBytes: 100, maxTtlMs: 1_000 }
const owner = await generateKeyPair('Ed25519')

function rulesWith(init: Partial<RecordRulesInit> = {}) {
  return recordRules({
    family: 'toys',
    limits,
    verifier: createVerifier({ network: 'main' }),
    maxPerGroup: 7,
    read: ({ body }) => body?.[0] ?? 0,
    malformed: NoEntry,
    ...init,
  })
}

async function signed(space: string, body: Uint8Array | 'none' = Uint8Array.of(9), network = 'main') {
  const fields = { space, name: 'a', seq: 3, createdMs: NOW, expiresMs: NOW + 500, holdsMs: NOW + 900 }
  return (await signRecord(owner, { ...fields, body: body === 'none' ? undefined : body }, { network, limits })).bytes
}

test('a record of the family becomes an entry, grouped by space and owner', async () => {
  const rules = rulesWith()
  const ownerHex = Buffer.from(owner.publicKey.raw).toString('hex')
  expect(rules).toMatchObject({ maxPerGroup: 7, maxTtlMs: 1_000 })
  const entry = rules.parse(await signed('toys/wooden'))
  expect(entry).toMatchObject({ group: groupOf('toys/wooden', ownerHex), seq: 3, isFinal: false, mark: 9 })
  expect(entry).toMatchObject({ createdMs: NOW, expiresMs: NOW + 500, holdsMs: NOW + 900 })
  expect(entry.record.owner).toEqual(owner.publicKey.raw)
  const removal = rules.parse(await signed('toys/wooden', 'none'))
  expect(removal).toMatchObject({ key: entry.key, isFinal: true, mark: 0 })
  const largest = await signed('toys/wooden', new Uint8Array(100))
  expect(largest.byteLength).toBeLessThanOrEqual(rules.maxEntryBytes)
})

test('what is no record of it is thrown as its replica wants it, with the reason', async () => {
  const rules = rulesWith({
    read: ({ body }) => {
      if (body?.[0] !== 9) throw new TypeError('not nine')
      return 0
    },
  })
  expect(() => rules.parse(new Uint8Array(3))).toThrow(NoEntry)
  const other = await signed('tools/wooden')
  expect(() => rules.parse(other)).toThrow(new NoEntry('a record of family tools among toys'))
  const eight = await signed('toys/wooden', Uint8Array.of(8))
  expect(() => rules.parse(eight)).toThrow(new NoEntry('not nine', { cause: new TypeError('not nine') }))
})

test('a wrong signature is unproven; what this platform cannot check is nobody’s fault', async () => {
  const rules = rulesWith()
  const entries = [await signed('toys/a'), await signed('toys/a', Uint8Array.of(1), 'other')].map(rules.parse)
  expect(await rules.verify(entries)).toEqual([true, false])
  const broken: Verifier = { verify: async records => records.map(() => new RecordError('unavailable', 'not now')) }
  await expect(rulesWith({ verifier: broken }).verify(entries)).rejects.toMatchObject({ code: 'unavailable' })
})
