import { readFileSync } from 'node:fs'
import { sha256 } from 'multiformats/hashes/sha2'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import { clockOffset } from './core/clock-offset.ts'
import { Collection } from './core/collection.ts'
import { isChosen } from './core/probe.ts'
import { arrivalsOf } from './core/runs.ts'
import { NOT_ARRIVED } from './limits.ts'
import { measureProtocolOf, probeCodec } from './net/protocol.ts'

interface Fields {
  run: string
  seq: number
  count: number
  intervalMs: number
  answerMs: number
  share: number
}

interface Clocks {
  asked: number
  received: number
  sent: number
  answered: number
}

interface Valid {
  probes: Array<{ description: string; probe: string; fields: Fields; bytes?: number }>
  chosen: Array<{ run: string; peer: string; peerId: string; share: number; isChosen: boolean }>
  answers: Array<{
    description: string
    request: string
    answer: { run: string; baseUs: number; duplicates: number; receivedBytes: number }
    arrivalsUs: Array<number | null>
  }>
  clocks: Array<Clocks & { description: string; offset: number; rtt: number }>
}

interface Invalid {
  probes: Array<{ reason: string; probe: string }>
  run: string
  count: number
  answers: Array<{ reason: string; request: string }>
  clocks: Array<Clocks & { reason: string }>
}

const valid = vectors<Valid>('valid')
const invalid = vectors<Invalid>('invalid')
const { request } = measureProtocolOf('main')

describe('measure-valid.json', () => {
  test.each(valid.probes)('a probe: $description', ({ probe, fields, bytes }) => {
    const { run, ...rest } = probeCodec.decode(hex(probe))
    expect({ ...rest, run: toString(run, 'hex') }).toEqual({ ...fields, bytes: probe.length / 2 })
    if (bytes === undefined) return
    expect(toString(probeCodec.encode({ ...fields, run: hex(fields.run), bytes }), 'hex')).toBe(probe)
  })

  test.each(valid.chosen)('of a share of $share, $peer: $isChosen', async ({ run, peerId, share, isChosen: is }) => {
    const { digest } = await sha256.digest(concat([hex(run), hex(peerId)]))
    expect(isChosen(digest, share)).toBe(is)
  })

  test.each(valid.answers)('an answer: $description', ({ request: bytes, answer: fields, arrivalsUs }) => {
    const { answer } = request.decode(hex(bytes))
    const { run, afterUs, ...rest } = answer!
    expect({ ...rest, run: toString(run, 'hex') }).toEqual(fields)
    const view = new DataView(afterUs.buffer, afterUs.byteOffset)
    const read = arrivalsUs.map((_, seq) => view.getUint32(4 * seq))
    expect(read.map(after => (after === NOT_ARRIVED ? null : fields.baseUs + after))).toEqual(arrivalsUs)

    const arrivedMs = Float64Array.from(arrivalsUs, us => (us === null ? NaN : us / 1_000))
    const firstMs = Math.min(...arrivedMs.filter(atMs => !Number.isNaN(atMs)))
    expect(arrivalsOf({ arrivedMs, firstMs })).toEqual({ baseUs: fields.baseUs, afterUs })
    expect(toString(request.encode({ answer: { ...fields, run: hex(fields.run), afterUs } }), 'hex')).toBe(bytes)
    const init = { topic: 'all', count: arrivalsUs.length, bytes: 64, intervalMs: 100, maxAnswers: 1 }
    expect(new Collection({ ...init, run: hex(fields.run) }).answer('a peer', answer!, 0)).toBe(true)
  })

  test.each(valid.clocks)('clocks: $description', ({ offset, rtt, ...times }) => {
    const found = clockOffset([inMs(times)])!
    expect([found.offsetMs * 1_000, found.rttMs * 1_000].map(Math.round)).toEqual([offset, rtt])
  })
})

describe('measure-invalid.json', () => {
  test.each(invalid.probes)('no probe: $reason', ({ probe }) => {
    expect(() => probeCodec.decode(hex(probe))).toThrow(expect.objectContaining({ name: 'CodecError' }))
  })

  test.each(invalid.answers)('no answer: $reason', ({ request: bytes }) => {
    const init = { topic: 'all', count: invalid.count, bytes: 64, intervalMs: 100, maxAnswers: 1 }
    const collection = new Collection({ ...init, run: hex(invalid.run) })
    const taken = (): boolean => {
      const { answer } = request.decode(hex(bytes))
      return answer !== undefined && collection.isOf(answer.run) && collection.answer('a peer', answer, 0)
    }
    expect(!isNoMessage(() => request.decode(hex(bytes))) && taken()).toBe(false)
  })

  test.each(invalid.clocks)('clocks: $reason', times => {
    expect(clockOffset([inMs(times)])).toBeUndefined()
  })
})

test('a probe of 60,001 bytes is none, and one of 60,000 is', () => {
  const { fields } = valid.probes[0]!
  const probe = { ...fields, run: hex(fields.run), bytes: 60_000 }
  const encoded = probeCodec.encode(probe)
  expect(encoded.byteLength).toBe(60_000)
  expect(probeCodec.decode(encoded).bytes).toBe(60_000)
  expect(() => probeCodec.encode({ ...probe, bytes: 60_001 })).toThrow('60,000')
  expect(() => probeCodec.decode(concat([encoded, Uint8Array.of(0x7a, 0)]))).toThrow('60,000')
})

/** What cannot be decoded is not taken either. */
function isNoMessage(decode: () => unknown): boolean {
  try {
    decode()
    return false
  } catch (error) {
    return (error as Error).name === 'CodecError'
  }
}

function inMs({ asked, received, sent, answered }: Clocks) {
  return {
    askedMs: asked / 1_000,
    receivedMs: received / 1_000,
    sentMs: sent / 1_000,
    answeredMs: answered / 1_000,
  }
}

function hex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(fromString(text, 'hex'))
}

function vectors<T>(kind: 'valid' | 'invalid'): T {
  return JSON.parse(readFileSync(new URL(`../../../spec/vectors/measure-${kind}.json`, import.meta.url), 'utf8')) as T
}
