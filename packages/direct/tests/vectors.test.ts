import { readFileSync } from 'node:fs'
import { bytes, frameStream } from '@stoa/codec'
import { streamPair, until } from '@stoa/testkit'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ClientSession } from '../src/client-session.ts'
import { noCounts } from '../src/counters.ts'
import { nowMs } from '../src/deadlines.ts'
import { Kind, maxFrameBytes, parseFrame, WireError } from '../src/frame.ts'
import { DEFAULTS } from '../src/options.ts'
import { defineProtocol } from '../src/protocol.ts'
import { ServerSession } from '../src/server-session.ts'
import type { StreamPair } from '@stoa/testkit'
import type { Served } from '../src/served.ts'

interface FrameVector {
  description: string
  frame: string
  fields: { kind: keyof typeof Kind; id: number; credit: number; error: keyof typeof WireError; payload: string }
}

interface StreamVector {
  description: string
  to: 'answerer' | 'caller'
  askedWithCredit?: number[]
  stream: string
  reason?: string
}

const valid = vectors<{ frames: FrameVector[]; streams: StreamVector[] }>('valid')
const invalid = vectors<{ streams: Array<StreamVector & { reason: string }> }>('invalid')

const protocol = defineProtocol({
  id: '/test/vectors/1.0.0',
  request: bytes,
  response: bytes,
  maxRequestBytes: 1_000,
  maxResponseBytes: 1_000,
})

let pair: StreamPair
beforeAll(async () => {
  pair = await streamPair()
})
afterAll(() => pair[Symbol.asyncDispose]())

test.each(valid.frames)('frame: $description', ({ frame, fields }) => {
  const all = fromString(frame, 'hex')
  // all vectors' lengths are of one or two bytes: spec/framing.md has its own
  const body = all.subarray(all[0]! < 0x80 ? 1 : 2)
  const { kind, id, credit, error, payload } = parseFrame(body)!

  expect({ kind, id, credit, error, payload: toString(payload, 'hex') }).toEqual({
    ...fields,
    kind: Kind[fields.kind],
    error: WireError[fields.error],
  })
})

test('the examples of the specification are what it says they are', () => {
  const page = readFileSync(new URL('../../../spec/direct.md', import.meta.url), 'utf8')
  const examples = [...page.matchAll(/^[→←] ((?:[0-9a-f]{2} )*[0-9a-f]{2})\s+([A-Z]+)(?: (\d+))?/gmu)]
  expect(examples).toHaveLength(15)
  for (const [, hex, kind, id = '0'] of examples) {
    const [length, ...body] = fromString(hex!.replaceAll(' ', ''), 'hex')
    expect(body).toHaveLength(length!)
    expect(parseFrame(Uint8Array.from(body))).toMatchObject({ kind: Kind[kind as keyof typeof Kind], id: Number(id) })
  }
})

describe('what must be tolerated', () => {
  test.each(valid.streams.filter(({ to }) => to === 'answerer'))(
    'by the answerer: $description',
    async ({ stream }) => {
      const { subject, peer, counters, handled } = await answerer()
      peer.send(fromString(stream, 'hex'))
      peer.send(fromString(LAST_REQUEST, 'hex'))

      await until(() => handled.includes('last'))
      expect(subject.status).toBe('open')
      expect(counters.streamsCut).toBe(0)
    },
  )

  test.each(valid.streams.filter(({ to }) => to === 'caller'))('by the caller: $description', async vector => {
    const { subject, peer, counters, ask } = await caller(vector.askedWithCredit ?? [])
    const last = ask(0)
    peer.send(fromString(vector.stream, 'hex'))
    const id = vector.askedWithCredit!.length + 1
    peer.send(Uint8Array.of(0x04, 0x08, 0x01, 0x10, id))

    expect(await last).toEqual(new Uint8Array(0))
    expect(subject.status).toBe('open')
    expect(counters.streamsCut).toBe(0)
  })
})

describe('what must end the stream', () => {
  test.each(invalid.streams)('of the $to: $description, because $reason', async ({ to, stream, askedWithCredit }) => {
    const { subject, peer, counters } = to === 'answerer' ? await answerer() : await caller(askedWithCredit ?? [])
    peer.send(fromString(stream, 'hex'))

    await until(() => subject.status !== 'open')
    await until(() => counters.streamsCut === 1)
  })
})

/** Request 2,000,000, above all of the vectors, with the payload `last`. */
const LAST_REQUEST = '0a1080897a2a046c617374'

/** The answering end of a new stream, and the bare other end. */
async function answerer() {
  const { inbound: subject, outbound: peer } = await pair.open()
  peer.addEventListener('message', () => {})
  const handled: string[] = []
  const counters = noCounts()
  const served: Served<Uint8Array, Uint8Array> = {
    protocol,
    handler: value => {
      const text = new TextDecoder().decode(value)
      handled.push(text)
      return text === 'never' ? new Promise<Uint8Array>(() => {}) : value
    },
    counters,
    sessions: new Set(),
    running: 0,
    peers: new Map(),
  }
  const frames = frameStream(subject, { maxFrameBytes: maxFrameBytes(protocol) })
  void new ServerSession(frames, served, pair.connection.remotePeer, DEFAULTS, pair.connection.log).run()
  return { subject, peer, counters, handled }
}

/** The asking end of a new stream, which has asked already, and the bare other end. */
async function caller(askedWithCredit: number[]) {
  const { outbound: subject, inbound: peer } = await pair.open()
  peer.addEventListener('message', () => {})
  const counters = noCounts()
  const options = { ...DEFAULTS, streamWindowBytes: askedWithCredit.find(credit => credit > 0) ?? 1 }
  const frames = frameStream(subject, { maxFrameBytes: maxFrameBytes(protocol) })
  const session = new ClientSession(frames, protocol, options, counters)
  const ask = async (credit: number): Promise<unknown> => {
    const timing = { timeoutMs: 60_000, deadlineMs: nowMs() + 60_000 }
    const value = new Uint8Array(0)
    return credit === 0 ? session.request(value, timing) : session.requestStream(value, timing)
  }
  for (const credit of askedWithCredit) void ask(credit).catch(() => {})
  return { subject, peer, counters, ask }
}

function vectors<T>(kind: 'valid' | 'invalid'): T {
  return JSON.parse(readFileSync(new URL(`../../../spec/vectors/direct-${kind}.json`, import.meta.url), 'utf8')) as T
}
