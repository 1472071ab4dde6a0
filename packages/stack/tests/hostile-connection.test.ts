import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { boundStream } from '@stoa/codec'
import { eventually, memoryGrowth, seeded } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { connectionPair, PROTOCOL } from './connection-pair.ts'
import type { Kind } from './connection-pair.ts'
import type { Stream } from '@libp2p/interface'

// https://github.com/hashicorp/yamux/blob/master/spec.md
const DATA = 0
const WINDOW_UPDATE = 1
const PING = 2
const GO_AWAY = 3
const SYN = 1
const ACK = 2
const RST = 8
const FIRST_WINDOW_BYTES = 262_144

interface Header {
  version?: number
  type: number
  flag?: number
  stream?: number
  length?: number
}

function frame({ version = 0, type, flag = 0, stream = 0, length = 0 }: Header, body = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(12 + body.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, version)
  view.setUint8(1, type)
  view.setUint16(2, flag)
  view.setUint32(4, stream)
  view.setUint32(8, length)
  bytes.set(body, 12)
  return bytes
}

/** The victim is the listener, `stream` is the attacker's end of a negotiated stream. */
async function attack(victim: Kind) {
  const pair = await connectionPair(['plain', victim])
  const [stream, far] = await pair.open()
  return { pair, stream, far, id: Number(stream.id), send: (bytes: Uint8Array) => pair.layers.upper.send(bytes) }
}

async function isServed(pair: Awaited<ReturnType<typeof connectionPair>>): Promise<boolean> {
  await eventually(() => {
    expect(pair.listener.getConnections()).toHaveLength(0)
    expect(pair.dialer.getConnections()).toHaveLength(0)
  })
  await pair.listener.unhandle(PROTOCOL)
  await pair.listener.handle(PROTOCOL, stream => {
    stream.addEventListener('message', event => stream.send(event.data.subarray()))
  })
  const stream: Stream = await pair.dialer.dialProtocol(pair.listener.getMultiaddrs(), PROTOCOL)
  const answer = once(stream, 'message')
  stream.send(Uint8Array.of(1))
  await answer
  return true
}

// the plain victim shows that the ways through a fast one judge as the class does
describe.each(['fast', 'plain'] as const)('a %s connection ends, and the next one is served, after', victim => {
  test.each<[string, Header, number?]>([
    ['another version', { version: 1, type: DATA }],
    ['an unknown type on the connection', { type: 9 }],
    ['an unknown type on a stream', { type: 9, stream: 1 }],
    ['data on the connection', { type: DATA, length: 3 }, 3],
    ['a ping without a flag', { type: PING, length: 1 }],
    ['an answer to a ping that was not asked', { type: PING, flag: ACK, length: 77 }],
    ['a stream with an id that is not the peer’s to give', { type: WINDOW_UPDATE, flag: SYN, stream: 2 }],
    ['a goodbye with an error', { type: GO_AWAY, length: 2 }],
  ])('%s', async (_, header, bodyBytes = 0) => {
    const { pair, send } = await attack(victim)
    await using _pair = pair
    send(frame(header, new Uint8Array(bodyBytes)))
    expect(await isServed(pair)).toBe(true)
  })

  test('data beyond the window', async () => {
    const { pair, send, far, id } = await attack(victim)
    await using _pair = pair
    far.pause()
    const size = FIRST_WINDOW_BYTES / 4
    for (let sent = 0; sent <= FIRST_WINDOW_BYTES; sent += size) {
      send(frame({ type: DATA, stream: id, length: size }, new Uint8Array(size)))
    }
    expect(await isServed(pair)).toBe(true)
  })

  test('noise messages of garbage, small and large', async () => {
    for (const size of [1, 15, 16, 17, 1_000, 65_535]) {
      const pair = await connectionPair(['plain', victim])
      await using _pair = pair
      pair.layers.lower.send(Uint8Array.of(size >> 8, size, ...randomBytes(size)))
      expect(await isServed(pair)).toBe(true)
    }
  })

  test('garbage for frames', () =>
    seeded(async random => {
      for (let round = 0; round < 8; round++) {
        const { pair, send } = await attack(victim)
        await using _pair = pair
        // the first byte is not a version
        send(Uint8Array.of(random.int(1, 255), ...random.bytes(random.int(11, 5_000))))
        expect(await isServed(pair)).toBe(true)
      }
    }))
})

test('a frame that claims 4 GiB ends the connection when it has passed the window', async () => {
  const { pair, send, id } = await attack('fast')
  await using _pair = pair
  send(frame({ type: DATA, stream: id, length: 0xffff_ffff }))
  const piece = new Uint8Array(65_536)
  const { upper } = pair.layers
  const closed = once(upper, 'close')
  const growth = await memoryGrowth(async () => {
    await expect(
      (async () => {
        for (let sent = 0; sent < 256 << 20; sent += piece.byteLength) {
          send(piece)
          if (upper.writableNeedsDrain) await Promise.race([once(upper, 'drain'), closed])
        }
      })(),
    ).rejects.toThrow('Cannot write')
  })
  expect(growth.externalBytes).toBeLessThan(16 << 20)
  expect(await isServed(pair)).toBe(true)
})

test('frames of one byte, frames without any and frames for streams that are not there do no harm', async () => {
  const { pair, send, far, id } = await attack('fast')
  await using _pair = pair
  const reader = boundStream(far)
  const batch: Uint8Array[] = []
  for (let index = 0; index < 20_000; index++) {
    batch.push(frame({ type: DATA, stream: id, length: 1 }, Uint8Array.of(index)))
    if (index % 100 === 0) {
      batch.push(frame({ type: DATA, stream: id }))
      batch.push(frame({ type: DATA, stream: 9_999, length: 1 }, Uint8Array.of(1)))
      batch.push(frame({ type: WINDOW_UPDATE, flag: RST, stream: 9_998 }))
    }
  }
  send(Buffer.concat(batch))
  let bytes = 0
  while (bytes < 20_000) {
    for (const byte of (await reader.read())!.subarray()) expect(byte).toBe(bytes++ & 0xff)
  }
  expect(pair.connection.status).toBe('open')
})

test('empty noise messages and half of one do no harm', async () => {
  await using pair = await connectionPair(['plain', 'fast'])
  const [stream, far] = await pair.open()
  pair.layers.lower.send(new Uint8Array(200))
  const arrived = once(far, 'message')
  stream.send(Uint8Array.of(1))
  await arrived
  pair.layers.lower.send(Uint8Array.of(0xff, 0xff, 1, 2, 3))
  const closed = once(far, 'close')
  pair.layers.lower.abort(new Error('gone'))
  await closed
  await eventually(() => expect(pair.listener.getConnections()).toHaveLength(0))
})
