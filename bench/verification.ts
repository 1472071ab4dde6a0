import { generateKeyPair } from '@libp2p/crypto/keys'
import { createVerifier, decodeRecord, RecordError, signRecord } from '@stoa/record'
import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { atLeast, atMost } from './table.ts'
import type { Row } from './table.ts'
import type { KeyObject } from 'node:crypto'

const NETWORK = 'bench'
const OWNERS = 64
const BODY_BYTES = 330 // with it, a record has 500 bytes
/** As many as a batch of gossip or of anti-entropy has. */
const BATCH = 256
const IN_FLIGHT = 64

interface Signed {
  bytes: Uint8Array
  key: KeyObject
  message: Uint8Array
  signature: Uint8Array
}

/** A record from bytes to verified, and one signed, against what node:crypto does with keys at hand and nothing around it. */
export async function run(rounds: number): Promise<Row[]> {
  const records = await signedRecords(16_384)
  const figures = { raw: [] as number[], ours: [] as number[], signed: [] as number[], decodeUs: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    figures.raw.push(await rateOfRaw(records))
    figures.ours.push(await rateOfOurs(records))
    figures.signed.push(await rateOfSigning(16_384))
    figures.decodeUs.push(decodeUs(records))
  }
  return [
    atLeast(0.8, {
      what: 'records decoded and verified',
      unit: 'records/s',
      ours: figures.ours,
      against: 'node:crypto, nothing else',
      theirs: figures.raw,
    }),
    atLeast(1, { what: 'records signed', unit: 'records/s', ours: figures.signed, against: 'goal', theirs: 15_000 }),
    atMost({ what: 'decode of 500 B, with id and key', unit: 'µs', ours: figures.decodeUs, theirs: 8 }),
  ]
}

/** Signatures a second that this machine verifies through node:crypto on all its cores, with keys at hand: what ingest is measured against. */
export async function rawVerificationRate(signatures = 16_384): Promise<number> {
  return rateOfRaw(await signedRecords(signatures))
}

/** Of 64 owners, 500 bytes each. */
async function signedRecords(count: number): Promise<Signed[]> {
  const owners = await Promise.all(
    Array.from({ length: OWNERS }, async () => {
      const key = await generateKeyPair('Ed25519')
      const x = Buffer.from(key.publicKey.raw).toString('base64url')
      return { key, publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) }
    }),
  )
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { key, publicKey } = owners[index % OWNERS]!
      const { bytes } = await signRecord(key, fieldsOf(index), { network: NETWORK })
      return { bytes, key: publicKey, message: messageIn(bytes), signature: bytes.subarray(-64) }
    }),
  )
}

function fieldsOf(index: number): Parameters<typeof signRecord>[1] {
  const now = 1_790_000_000_000 + index
  return {
    space: `offers/market-${index % 16}`,
    name: `offer-${index}`,
    seq: now,
    createdMs: now,
    expiresMs: now + 86_400_000,
    body: randomBytes(BODY_BYTES),
  }
}

/** spec/records.md §4: domain, payload type and payload, each led by its length. */
function messageIn(bytes: Uint8Array): Uint8Array {
  const domain = Buffer.from(`stoa-record:${NETWORK}`)
  const type = Buffer.from('/stoa/record/1')
  return Buffer.concat([
    Uint8Array.of(domain.length),
    domain,
    Uint8Array.of(type.length),
    type,
    bytes.subarray(55, -66),
  ])
}

async function rateOfRaw(records: Signed[]): Promise<number> {
  const started = performance.now()
  let next = 0
  const one = async (): Promise<void> => {
    for (let record = records[next++]; record !== undefined; record = records[next++]) await rawVerify(record)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, one))
  return perSecond(records.length, started)
}

function rawVerify({ message, key, signature }: Signed): Promise<void> {
  return new Promise((resolve, reject) => {
    verify(null, message, key, signature, (error, valid) => {
      if (valid) resolve()
      else reject(error ?? new Error('a signature of the bench is wrong'))
    })
  })
}

async function rateOfOurs(records: Signed[]): Promise<number> {
  const verifier = createVerifier({ network: NETWORK })
  const started = performance.now()
  let next = 0
  const one = async (): Promise<void> => {
    while (next < records.length) {
      const batch = records.slice(next, (next += BATCH))
      const results = await verifier.verify(batch.map(({ bytes }) => decodeRecord(bytes)))
      for (const result of results) if (result instanceof RecordError) throw result
    }
  }
  // one batch is decoded while the pool has the other
  await Promise.all([one(), one()])
  return perSecond(records.length, started)
}

async function rateOfSigning(count: number): Promise<number> {
  const key = await generateKeyPair('Ed25519')
  const started = performance.now()
  let next = 0
  const one = async (): Promise<void> => {
    while (next < count) await signRecord(key, fieldsOf(next++), { network: NETWORK })
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, one))
  return perSecond(count, started)
}

function decodeUs(records: Signed[]): number {
  const started = performance.now()
  for (const { bytes } of records) decodeRecord(bytes)
  return ((performance.now() - started) * 1_000) / records.length
}

function perSecond(count: number, startedMs: number): number {
  return (count * 1_000) / (performance.now() - startedMs)
}
