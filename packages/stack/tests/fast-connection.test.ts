import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { boundStream } from '@stoa/codec'
import { createStack } from '@stoa/stack'
import { eventually, seeded } from '@stoa/testkit'
import { Registry } from 'prom-client'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isYamuxStream } from '../src/connection/shapes.ts'
import { connectionPair, PROTOCOL, WINDOW_BYTES } from './connection-pair.ts'
import type { Kind, Wire } from './connection-pair.ts'
import type { Stream } from '@libp2p/interface'
import type { BoundedStream } from '@stoa/codec'
import type { Random } from '@stoa/testkit'

const PAIRS: Array<[Kind, Kind, Wire]> = [
  ['fast', 'fast', 'tcp'],
  ['fast', 'plain', 'tcp'],
  ['plain', 'fast', 'tcp'],
  ['fast', 'fast', 'ws'],
  ['fast', 'plain', 'ws'],
  ['fast', 'fast', 'memory'],
  ['plain', 'fast', 'memory'],
]
const MIB = 1 << 20
const ROUND_TRIPS = 100

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(PAIRS)('%s to %s over %s', (dialer, listener, wire) => {
  test('bytes arrive as they were sent, on several streams with readers that pause', () =>
    seeded(async random => {
      await using pair = await connectionPair([dialer, listener], wire)
      const transfers = Array.from({ length: 4 }, async (_, index) => {
        const [near, far] = await pair.open()
        echo(boundStream(far, { pauseAtBytes: 65_536 }))
        return transfer(near, 4 * MIB, random.fork(`stream ${index}`))
      })
      for (const { sent, received } of await Promise.all(transfers)) expect(received).toBe(sent)
    }))

  test('the other side still answers when one side has ended', async () => {
    await using pair = await connectionPair([dialer, listener], wire)
    const [near, far] = (await pair.open()).map(stream => boundStream(stream)) as [BoundedStream, BoundedStream]
    await near.write(new Uint8Array(10).fill(1))
    await near.closeWrite()
    expect(await length(far)).toBe(10)
    await Promise.all([
      far.write(new Uint8Array(3 * MIB)).then(() => far.closeWrite()),
      expect(length(near)).resolves.toBe(3 * MIB),
    ])
  })

  test.each(['the sender', 'the receiver'])(
    '%s aborts in the middle: a reset there, and nothing else ends',
    async who => {
      await using pair = await connectionPair([dialer, listener], wire)
      const [near, far] = await pair.open()
      const [aborts, suffers] = who === 'the sender' ? [near, far] : [far, near]
      const reset = once(suffers, 'close')
      far.addEventListener('message', () => aborts.abort(new Error('enough')), { once: true })
      near.send(new Uint8Array(2 * MIB))
      await reset
      expect(suffers.status).toBe('reset')
      expect(() => near.send(Uint8Array.of(1))).toThrow('Cannot write')

      const [again, there] = await pair.open()
      echo(boundStream(there))
      await seeded(random => transfer(again, MIB, random))
      expect(pair.connection.status).toBe('open')
    },
  )

  test('a receiver that does not read bounds the sender, and gets everything when it does', async () => {
    await using pair = await connectionPair([dialer, listener], wire)
    const [near, far] = await pair.open()
    const reader = boundStream(far)
    const writer = boundStream(near)
    const writing = writer.write(new Uint8Array(8 * MIB).fill(7)).then(() => writer.closeWrite())
    await eventually(() => {
      expect(near.writableNeedsDrain).toBe(true)
      // it is told to stop at 256 KiB and may use up the window it has
      expect(reader.unreadBytes).toBeGreaterThanOrEqual(262_144)
    })
    expect(reader.unreadBytes).toBeLessThanOrEqual(262_144 + WINDOW_BYTES)
    expect(writer.unsentBytes).toBeLessThanOrEqual(WINDOW_BYTES + 262_144)
    expect(await length(reader)).toBe(8 * MIB)
    await writing
    const window = isYamuxStream(far) ? far.recvWindow : 0
    expect(window).toBeLessThanOrEqual(WINDOW_BYTES)
  })

  test('a sender that does not wait is cut off at its own bound', async () => {
    await using pair = await connectionPair([dialer, listener], wire)
    const [near, far] = await pair.open()
    far.pause()
    near.maxWriteBufferLength = MIB
    expect(() => {
      for (let sent = 0; sent < 8 * MIB; sent += 65_536) near.send(new Uint8Array(65_536))
    }).toThrow('Cannot write')
    expect(near.status).toBe('aborted')
  })

  test('a connection that breaks ends its streams on both sides', async () => {
    await using pair = await connectionPair([dialer, listener], wire)
    const [near, far] = await pair.open()
    const ends = [once(near, 'close'), once(far, 'close')]
    near.send(new Uint8Array(2 * MIB))
    pair.connection.abort(new Error('gone'))
    await Promise.all(ends)
    expect(pair.connection.status).not.toBe('open')
  })
})

test.each([
  ['fast', 'fast'],
  ['fast', 'plain'],
  ['plain', 'fast'],
] as const)(
  '%s to %s: when the socket is full every layer says so, and all goes on when it drains',
  async (...kinds) => {
    await using pair = await connectionPair(kinds)
    // alone, because libp2p takes no more than ten streams while the other side is still setting up the connection
    const [late, lateFar] = await pair.open()
    const ends = await Promise.all(Array.from({ length: 64 }, () => pair.open()))
    const { lower, upper } = pair.layers
    pair.remoteLayers.lower.pause()
    // the first windows together are more than the system takes for one socket
    for (const [near] of ends) near.send(new Uint8Array(262_144))
    for (const layer of [lower, upper, ends[0]![0]]) expect(layer.writableNeedsDrain).toBe(true)
    expect(late.send(new Uint8Array(10))).toBe(false)
    expect(late.writeBufferLength).toBe(10)
    const lateArrived = once(lateFar, 'message')
    pair.remoteLayers.lower.resume()
    await lateArrived
    const lengths = ends.map(async ([near, far]) => {
      const arrived = length(boundStream(far))
      await near.close()
      return arrived
    })
    expect(new Set(await Promise.all(lengths))).toEqual(new Set([262_144]))
    expect(lower.writeBufferLength + upper.writeBufferLength).toBe(0)
  },
)

test('metrics count the same bytes', async () => {
  const registry = new Registry()
  const metrics = prometheusMetrics({ registry, collectDefaultMetrics: false, preserveExistingMetrics: true })
  await using pair = await connectionPair(['fast', 'fast'], 'tcp', () => ({ metrics }))
  const [near, far] = await pair.open()
  echo(boundStream(far))
  await seeded(random => transfer(near, MIB, random))
  const text = await registry.metrics()
  // of the one node whose counters came first; it sent and received all bytes once
  expect(figure(text, `libp2p_data_transfer_bytes_total{protocol="${PROTOCOL} sent"}`)).toBe(MIB)
  expect(figure(text, `libp2p_data_transfer_bytes_total{protocol="${PROTOCOL} received"}`)).toBe(MIB)
  expect(figure(text, 'libp2p_data_transfer_bytes_total{protocol="global sent"}')).toBeGreaterThan(MIB)
  expect(figure(text, 'libp2p_data_transfer_bytes_total{protocol="global received"}')).toBeGreaterThan(MIB)
  expect(figure(text, 'libp2p_noise_encrypted_packets_total')).toBeGreaterThan(32)
  expect(figure(text, 'libp2p_noise_decrypted_packets_total')).toBeGreaterThan(32)
})

// when one of these fails after an update, a class has changed its shape: see src/connection/shapes.ts
describe('the short ways are taken', () => {
  test.each([
    ['fast', { writes: 1, events: 1 }],
    // length, ciphertext and tag of the message and of the window update; an event on each of three layers, and on the update's two
    ['plain', { writes: 4, events: 4 }],
  ] as const)('%s: %o a message', async (kind, expected) => {
    await using pair = await connectionPair([kind, kind])
    const [near, far] = await pair.open()
    far.addEventListener('message', event => far.send(event.data.subarray()))
    const counted = await countedRoundTrips(near)
    expect(counted.writes).toBeCloseTo(expected.writes, 0)
    expect(counted.events).toBeCloseTo(expected.events, 0)
  })

  test('windows grow on a fast network, as far as they may', async () => {
    await using pair = await connectionPair(['fast', 'fast'])
    const [near, far] = await pair.open()
    echo(boundStream(far))
    await seeded(random => transfer(near, 4 * MIB, random))
    expect(isYamuxStream(near) && near.recvWindow).toBe(WINDOW_BYTES)
    expect(isYamuxStream(far) && far.recvWindow).toBe(WINDOW_BYTES)
  })

  test('buffers of bulk data are given back on both sides', async () => {
    await using pair = await connectionPair(['fast', 'fast'])
    const [near, far] = await pair.open()
    const reader = boundStream(far)
    const transfers = vi.spyOn(ArrayBuffer.prototype, 'transfer')
    const writer = boundStream(near)
    const writing = writer.write(new Uint8Array(8 * MIB)).then(() => writer.closeWrite())
    expect(await length(reader)).toBe(8 * MIB)
    await writing
    // of 64 KiB: one made by the cipher and one made by the socket
    expect(transfers.mock.calls.length).toBeGreaterThan(8 * 16 * 1.5)
  })

  test.each([
    [true, 1],
    [false, 4],
  ])('in a stack with fastConnections %s: %d writes a message', async (fastConnections, writes) => {
    const listen = ['/ip4/127.0.0.1/tcp/0']
    const init = { listen, fastConnections, mdns: false, nat: false, discovery: false, broadcast: false } as const
    await using a = await createStack(init)
    await using b = await createStack(init)
    await b.libp2p.handle(PROTOCOL, stream => {
      stream.addEventListener('message', event => stream.send(event.data.subarray()))
    })
    const near = await a.libp2p.dialProtocol(b.libp2p.getMultiaddrs(), PROTOCOL)
    expect((await countedRoundTrips(near)).writes).toBeCloseTo(writes, 0)
  })
})

/** Calls of socket.write and events dispatched with data, for each of two messages a round trip, pings and the like included. */
async function countedRoundTrips(stream: Stream): Promise<{ writes: number; events: number }> {
  await roundTrip(stream)
  const write = vi.spyOn(Socket.prototype, 'write')
  const dispatch = vi.spyOn(EventTarget.prototype, 'dispatchEvent')
  for (let index = 0; index < ROUND_TRIPS; index++) await roundTrip(stream)
  const events = dispatch.mock.calls.filter(([event]) => event.type === 'message')
  return { writes: write.mock.calls.length / (2 * ROUND_TRIPS), events: events.length / (2 * ROUND_TRIPS) }
}

async function roundTrip(stream: Stream): Promise<void> {
  const answer = once(stream, 'message')
  stream.send(new Uint8Array(100))
  await answer
}

function echo(stream: BoundedStream): void {
  const run = async () => {
    for await (const chunk of stream) await stream.write(chunk)
    await stream.closeWrite()
  }
  // it ends with an error when the nodes stop
  run().catch(() => {})
}

async function length(stream: BoundedStream): Promise<number> {
  let bytes = 0
  for await (const chunk of stream) bytes += chunk.byteLength
  return bytes
}

/** Sends random bytes in pieces of random sizes and reads the echo with pauses; gives the digests of both. */
async function transfer(stream: Stream, total: number, random: Random): Promise<{ sent: string; received: string }> {
  const sent = createHash('sha256')
  const received = createHash('sha256')
  const complete = Promise.withResolvers<void>()
  let arrived = 0
  stream.addEventListener('close', event => complete.reject(event.error ?? new Error(`closed after ${arrived} bytes`)))
  stream.addEventListener('message', event => {
    for (const part of event.data instanceof Uint8Array ? [event.data] : event.data) received.update(part)
    arrived += event.data.byteLength
    if (arrived === total) complete.resolve()
    else if (random.chance(0.05)) {
      stream.pause()
      setImmediate(() => {
        if (stream.readStatus === 'paused') stream.resume()
      })
    }
  })
  const source = random.bytes(300_000)
  for (let left = total; left > 0;) {
    const size = Math.min(left, random.int(1, random.pick([200, 2_000, 70_000, 300_000])))
    const at = random.int(0, source.byteLength - size)
    const piece = source.slice(at, at + size)
    sent.update(piece)
    left -= size
    stream.send(piece)
    while (stream.writableNeedsDrain || stream.writeBufferLength > MIB) {
      await Promise.race([once(stream, 'drain'), complete.promise])
    }
    if (random.chance(0.02)) await new Promise(resolve => setImmediate(resolve))
  }
  await complete.promise
  await stream.close()
  return { sent: sent.digest('hex'), received: received.digest('hex') }
}

function figure(text: string, name: string): number {
  const line = text.split('\n').find(candidate => candidate.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1) ?? Number.NaN)
}
