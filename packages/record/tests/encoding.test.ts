import { generateKeyPair } from '@libp2p/crypto/keys'
import fc from 'fast-check'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { describe, expect, test } from 'vitest'
import { openEnvelope } from '../src/envelope.ts'
import { Record, RecordEnvelope } from '../src/gen/record.js'
import { decodeRecord, parseRecord, RecordError, signRecord } from '../src/index.ts'
import { readPayload } from '../src/payload.ts'
import { StrictReader } from '../src/strict-reader.ts'
import { envelopeParts, field, joined, numeric, payload } from './build.ts'
import type { RecordFields } from '../src/index.ts'

const init = { network: 'main' }
const key = await generateKeyPair('Ed25519')
const LIMITS = { maxBodyBytes: 64, maxTtlMs: 1_000 }

const space = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,9}(\/[a-z0-9][a-z0-9._-]{0,9}){0,3}$/)
const name = fc.uint8Array({ minLength: 1, maxLength: 64 })
const fields: fc.Arbitrary<RecordFields> = fc
  .record({
    space,
    name,
    seq: fc.maxSafeNat().map(seq => Math.max(1, seq)),
    times: fc.tuple(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 3_000 }), fc.nat(500), fc.nat(500)),
    body: fc.option(fc.uint8Array({ maxLength: 64 }), { nil: undefined }),
  })
  .map(({ times: [createdMs, life, hold], ...rest }) => ({
    ...rest,
    createdMs,
    expiresMs: createdMs + life,
    holdsMs: createdMs + life + hold,
  }))

test('what is signed reads as it was given', async () => {
  await fc.assert(
    fc.asyncProperty(fields, async given => {
      const signed = await signRecord(key, given, { ...init, limits: LIMITS })
      const read = await parseRecord(signed.bytes, { ...init, limits: LIMITS })
      expect(read).toEqual(signed)
      expect({ ...given, ...read }).toEqual(read)
      expect(read.removed).toBe(given.body === undefined)
    }),
  )
})

test('of one key, the same fields are the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fields, async given => {
      const [a, b] = await Promise.all([1, 2].map(() => signRecord(key, given, { ...init, limits: LIMITS })))
      expect(a).toEqual(b)
    }),
  )
})

describe('a record that was changed is refused', async () => {
  const { bytes } = await signRecord(
    key,
    { space: 'offers/btc-eur', name: 'bicycle', seq: 7, createdMs: 5, expiresMs: 500, body: Uint8Array.of(1, 2, 3) },
    init,
  )
  const error = (changed: Uint8Array): Promise<unknown> => parseRecord(changed, init).catch((error: unknown) => error)

  test('by any one bit', async () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
      expect(await error(changed), `bit ${bit}`).toBeInstanceOf(RecordError)
    }
  })

  test('by any cut', async () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(await error(bytes.slice(0, length)), `${length} bytes`).toBeInstanceOf(RecordError)
    }
  })

  test('by any bytes more, in front or behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 20 }), async more => {
        expect(await error(concat([bytes, more]))).toBeInstanceOf(RecordError)
        expect(await error(concat([more, bytes]))).toBeInstanceOf(RecordError)
      }),
    )
  })
})

test('bytes from anywhere are a record or a RecordError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated(fc.constant(joined(envelopeParts())))), bytes => {
      const read = attempt(() => decodeRecord(bytes))
      expect(read instanceof RecordError ? bytes : read.bytes).toEqual(bytes)
    }),
    { numRuns: 1_000 },
  )
})

test('the strict reader takes what the generated code would write, and nothing else', () => {
  const generated = fields.map(({ body, name, ...given }) =>
    Record.encode({
      space: given.space,
      name: typeof name === 'string' ? new Uint8Array() : unshared(name),
      seq: BigInt(given.seq),
      createdMs: BigInt(given.createdMs),
      expiresMs: BigInt(given.expiresMs),
      holdsMs: BigInt(given.holdsMs ?? 0),
      ...(body === undefined ? { removed: true } : { body: unshared(body) }),
    }),
  )
  const part = fc.oneof(
    space.map(text => field(1, text)),
    name.map(bytes => field(2, bytes)),
    fc.tuple(fc.constantFrom(3, 4, 5, 6), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })).map(args => numeric(...args)),
    fc.uint8Array({ maxLength: 70 }).map(bytes => field(7, bytes)),
    fc.nat(2).map(value => numeric(8, value)),
  )
  const pieces = fc.array(part, { maxLength: 10 }).map(parts => concat(parts))
  let accepted = 0
  fc.assert(
    fc.property(fc.oneof(generated, mutated(generated), pieces, mutated(fc.constant(payload()))), bytes => {
      const read = attempt(() => readPayload(new StrictReader(bytes), LIMITS))
      expect(!(read instanceof RecordError)).toBe(isRecord(bytes))
      if (!(read instanceof RecordError)) accepted++
    }),
    { numRuns: 3_000 },
  )
  expect(accepted).toBeGreaterThan(500)
})

test('an envelope is taken when the generated code would write it so', () => {
  const right = joined(envelopeParts())
  fc.assert(
    fc.property(mutated(fc.constant(right)), bytes => {
      const read = attempt(() => openEnvelope(bytes))
      // keys and signatures have more rules: an envelope can be canonical, and refused for them
      const malformed = read instanceof RecordError && read.code === 'malformed'
      const canonical = isCanonicalEnvelope(bytes)
      expect(canonical && malformed).toBe(false)
      expect(canonical || read instanceof RecordError).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

/** By the generated code and the rules of spec/records.md §2. */
function isRecord(bytes: Uint8Array): boolean {
  let read
  try {
    read = Record.decode(bytes)
  } catch {
    return false
  }
  const { space, name, seq, createdMs, expiresMs, holdsMs, body } = read
  return (
    equals(Record.encode(read), bytes) &&
    /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/.test(space) &&
    space.length <= 128 &&
    name.length >= 1 &&
    name.length <= 64 &&
    [seq, createdMs, expiresMs, holdsMs].every(value => value >= 1n && value < 2n ** 53n) &&
    createdMs <= expiresMs &&
    expiresMs <= holdsMs &&
    holdsMs - createdMs <= BigInt(LIMITS.maxTtlMs) &&
    (body === undefined ? read.removed === true : read.removed === undefined && body.length <= LIMITS.maxBodyBytes)
  )
}

function isCanonicalEnvelope(bytes: Uint8Array): boolean {
  try {
    const read = RecordEnvelope.decode(bytes)
    return equals(RecordEnvelope.encode(read), bytes) && read.signature.length === 64
  } catch {
    return false
  }
}

/** A few bytes of it changed, dropped, doubled or inserted. */
function mutated(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(), fc.constantFrom('set', 'drop', 'insert', 'double'), fc.nat(255))
  return fc.tuple(bytes, fc.array(change, { minLength: 1, maxLength: 3 })).map(([bytes, changes]) => {
    const list = [...bytes]
    for (const [where, what, value] of changes) {
      const at = where % (list.length + 1)
      if (what === 'set') list[Math.min(at, list.length - 1)] = value
      else if (what === 'drop') list.splice(at, 1)
      else if (what === 'insert') list.splice(at, 0, value)
      else list.splice(at, 0, ...list.slice(at, at + 1 + (value % 9)))
    }
    return Uint8Array.from(list)
  })
}

function attempt<T>(read: () => T): T | RecordError {
  try {
    return read()
  } catch (error) {
    if (error instanceof RecordError) return error
    throw error
  }
}

function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
