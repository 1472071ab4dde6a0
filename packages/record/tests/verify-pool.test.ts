import { generateKeyPair } from '@libp2p/crypto/keys'
import { until } from '@stoa/testkit'
import { Worker } from 'node:worker_threads'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { signedPrefix } from '../src/envelope.ts'
import { createVerifier, RecordError, signRecord } from '../src/index.ts'
import { verifyOnPool } from '../src/node-verify.node.ts'
import { verifyEach } from '../src/verify-each.ts'
import { VerifyPool } from '../src/verify-pool.node.ts'
import type { Verdict } from '../src/platform-types.ts'
import type { VerifiedRecord } from '../src/index.ts'

const COUNT = 200
const PREFIX = signedPrefix('main')
const oneByOne = verifyEach(verifyOnPool)
let records: VerifiedRecord[]
let envelopes: Uint8Array[]
let verdicts: Verdict[]

beforeAll(async () => {
  const key = await generateKeyPair('Ed25519')
  const times = { seq: 1, createdMs: 1, expiresMs: 2 }
  // every third is signed for another network
  records = await Promise.all(
    Array.from({ length: COUNT }, (_, at) => {
      const fields = { space: 'offers', name: `${at}`, ...times, body: new Uint8Array(at * 50) }
      return signRecord(key, fields, { network: at % 3 === 0 ? 'test' : 'main' })
    }),
  )
  envelopes = records.map(record => record.bytes)
  verdicts = records.map((_, at) => (at % 3 === 0 ? 'invalid' : 'valid'))
})

test('a verifier answers a batch in order', async () => {
  const results = await createVerifier({ network: 'main' }).verify(records)
  expect(results.map(result => (result instanceof RecordError ? result.code : result))).toEqual(
    records.map((record, at) => (at % 3 === 0 ? 'bad-signature' : record)),
  )
})

test('callers at once get their own answers', async () => {
  const fallback = vi.fn<typeof oneByOne>(oneByOne)
  const pool = new VerifyPool(fallback)
  const answers = await Promise.all(envelopes.map((_, at) => pool.verify(PREFIX, envelopes.slice(at, at + 70))))
  answers.forEach((answer, at) => expect(answer).toEqual(verdicts.slice(at, at + 70)))
  expect(fallback).not.toHaveBeenCalled()
})

test('what is verified is not moved away', async () => {
  await new VerifyPool(oneByOne).verify(PREFIX, envelopes)
  expect(envelopes.map(bytes => bytes.length)).toEqual(records.map(record => record.bytes.length))
  expect(envelopes.every(bytes => bytes.length > 0)).toBe(true)
})

test('a small batch is spread over all workers', async () => {
  const workers = new Map<Worker, number>()
  const pool = new VerifyPool(oneByOne, () => {
    const worker = new Worker(new URL('../src/verify-worker.node.ts', import.meta.url))
    workers.set(worker, 0)
    worker.on('message', (answers: Uint8Array) => workers.set(worker, workers.get(worker)! + answers.length))
    return worker
  })
  await pool.verify(PREFIX, envelopes.slice(0, 32))
  await pool.verify(PREFIX, envelopes.slice(0, 32))
  const answers = [...workers.values()]
  expect(answers.reduce((sum, count) => sum + count)).toBe(64)
  expect(answers.filter(count => count > 0).length).toBe(Math.min(2, workers.size))
})

describe('without workers everything is verified all the same', () => {
  test('when none may be started', async () => {
    const pool = new VerifyPool(oneByOne, () => {
      throw new Error('ERR_ACCESS_DENIED')
    })
    expect(await pool.verify(PREFIX, envelopes)).toEqual(verdicts)
    expect(await pool.verify(PREFIX, envelopes)).toEqual(verdicts)
  })

  test('when their file is missing, as in a bundle', async () => {
    const start = vi.fn<() => Worker>(() => new Worker(new URL('./no-such-file.ts', import.meta.url)))
    const pool = new VerifyPool(oneByOne, start)
    expect(await Promise.all([pool.verify(PREFIX, envelopes), pool.verify(PREFIX, envelopes)])).toEqual([
      verdicts,
      verdicts,
    ])
    const started = start.mock.calls.length
    expect(await pool.verify(PREFIX, envelopes)).toEqual(verdicts)
    expect(start).toHaveBeenCalledTimes(started)
  })

  test('when one ends in the middle of its work', async () => {
    const workers: Worker[] = []
    const pool = new VerifyPool(oneByOne, () => {
      const worker = new Worker('require("node:worker_threads").parentPort.on("message", () => process.exit(1))', {
        eval: true,
      })
      workers.push(worker)
      return worker
    })
    expect(await pool.verify(PREFIX, envelopes)).toEqual(verdicts)
    await until(() => workers.every(worker => worker.threadId === -1))
  })
})
