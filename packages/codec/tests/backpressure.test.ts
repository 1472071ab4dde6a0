import { createHash } from 'node:crypto'
import { yamux } from '@libp2p/yamux'
import { random, streamPair, until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { BOUNDED_STREAM_DEFAULTS, boundStream } from '../src/index.ts'
import type { BoundedStream } from '../src/index.ts'

const { pauseAtBytes, maxUnsentBytes } = BOUNDED_STREAM_DEFAULTS
/** What `write` hands over at once. */
const SEND_BYTES = 262_144
/** As the testkit's nodes have it: what a peer may still send after it was told to stop. */
const WINDOW_BYTES = 1 << 20
/** The connection below holds a little more on its way. */
const ON_THE_WAY_BYTES = 1 << 20

const TRANSPORTS = ['memory', 'tcp', 'ws'] as const

/** Writes `total` bytes that can be told apart, and gives their digest. */
async function writeAll(stream: BoundedStream, total: number, onProgress: (written: number) => void = () => {}) {
  const source = random('bulk')
  const digest = createHash('sha256')
  for (let written = 0; written < total;) {
    // pieces of all sizes, also above what one write hands over
    const piece = source.bytes(Math.min(total - written, source.int(1, 3 * SEND_BYTES)))
    digest.update(piece)
    await stream.write(piece)
    written += piece.byteLength
    onProgress(written)
  }
  await stream.closeWrite()
  return digest.digest('hex')
}

async function readAll(stream: BoundedStream, each: () => unknown = () => {}) {
  const digest = createHash('sha256')
  let total = 0
  for await (const chunk of stream) {
    for (const part of chunk) digest.update(part)
    total += chunk.byteLength
    await each()
  }
  return { total, digest: digest.digest('hex') }
}

describe.each(TRANSPORTS)('over %s', transport => {
  test('a reader that stops holds the writer back; when it reads on all bytes arrive, in order', async () => {
    await using pair = await streamPair({ transport })
    const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
    const total = 16 << 20
    let progress = 0
    const written = writeAll(writer, total, bytes => (progress = bytes))

    // the writer stands still once it waits for room while the reader holds all that its peer's window allowed
    await until(() => reader.unreadBytes >= pauseAtBytes + SEND_BYTES / 2 && !writer.hasRoom)
    const bound = maxUnsentBytes + SEND_BYTES + pauseAtBytes + WINDOW_BYTES + ON_THE_WAY_BYTES
    expect(progress).toBeLessThan(bound)
    expect(writer.unsentBytes).toBeLessThanOrEqual(maxUnsentBytes + SEND_BYTES)
    expect(reader.unreadBytes).toBeLessThanOrEqual(pauseAtBytes + WINDOW_BYTES)

    const read = await readAll(reader)
    expect(read).toEqual({ total, digest: await written })
  })

  test('many megabytes through a slow reader: room comes back every time', async () => {
    await using pair = await streamPair({ transport })
    const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
    const total = 24 << 20
    let [most, waits] = [0, 0]
    const written = writeAll(writer, total, () => {
      most = Math.max(most, writer.unsentBytes)
    })
    const read = await readAll(reader, async () => {
      most = Math.max(most, reader.unreadBytes)
      if (!writer.hasRoom) waits++
      // slower than the connection, without a clock
      for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
    })
    expect(read).toEqual({ total, digest: await written })
    expect(waits).toBeGreaterThan(3)
    expect(most).toBeLessThanOrEqual(maxUnsentBytes + SEND_BYTES + WINDOW_BYTES)
  })

  test('both directions at once do not hold each other back', async () => {
    await using pair = await streamPair({ transport })
    const [a, b] = [boundStream(pair.outbound), boundStream(pair.inbound)]
    const total = 4 << 20
    const [fromA, fromB, atA, atB] = await Promise.all([writeAll(a, total), writeAll(b, total), readAll(a), readAll(b)])
    expect(atB).toEqual({ total, digest: fromA })
    expect(atA).toEqual({ total, digest: fromB })
  })
})

test('writes from many places wait in line and never mix or overflow', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  const pieces = Array.from({ length: 40 }, (_, i) => new Uint8Array(300_000).fill(i))
  const writes = Promise.all(pieces.map(piece => writer.write(piece)))
  const closing = writer.closeWrite()
  const digest = createHash('sha256')
  for (const piece of pieces) digest.update(piece)
  expect((await readAll(reader)).digest).toBe(digest.digest('hex'))
  await writes
  await closing
})

test('a reader behind a muxer with the widest windows pauses its peer and does not lose it', async () => {
  // libp2p's default: while all is read a window grows to 16 MiB, four times what a stream may hold unread
  await using pair = await streamPair({ libp2p: { streamMuxers: [yamux()] } })
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  const total = 64 << 20
  const writing = (async () => {
    for (let sent = 0; sent < total; sent += SEND_BYTES) await writer.write(new Uint8Array(SEND_BYTES))
    await writer.closeWrite()
  })()
  const read = async (wanted: number): Promise<number> => {
    let arrived = 0
    while (arrived < wanted) arrived += (await reader.read())!.byteLength
    return arrived
  }
  const first = await read(total / 2)
  await until(() => !writer.hasRoom && writer.unsentBytes > 0 && reader.unreadBytes > 2 * pauseAtBytes)
  // behind everything that was on its way
  await pair.network.node(0).services.ping.ping(pair.network.node(1).peerId)
  expect(reader.unreadBytes).toBeLessThanOrEqual(BOUNDED_STREAM_DEFAULTS.maxUnreadBytes)
  expect(first + (await read(total - first))).toBe(total)
  expect(await reader.read()).toBeUndefined()
  await writing
})

test('what a peer sends byte by byte while nobody reads is held in few bytes, and the peer is stopped', async () => {
  await using pair = await streamPair()
  const reader = boundStream(pair.inbound, { pauseAtBytes: 16_384 })
  // every send is a muxer frame of its own
  const byte = Uint8Array.of(1)
  for (let sent = 0; sent < 32_768; sent++) {
    pair.outbound.send(byte)
    if (sent % 1_000 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await until(() => reader.unreadBytes === 32_768)
  // and now all it can, which is one window
  while (pair.outbound.send(new Uint8Array(16_384)));
  await until(() => pair.outbound.writableNeedsDrain && reader.unreadBytes > 200_000)
  expect(reader.unreadBytes).toBeLessThanOrEqual(16_384 + WINDOW_BYTES)
  const unread = reader.unreadBytes
  const parts = [...(await reader.read())!]
  expect(parts.reduce((sum, part) => sum + part.buffer.byteLength, 0)).toBeLessThan(4 * unread)
})

test('a peer that sends beyond the bound is cut off with `overflow`', async () => {
  await using pair = await streamPair()
  const reader = boundStream(pair.inbound, { maxUnreadBytes: 65_536 })
  pair.outbound.send(new Uint8Array(200_000))
  await reader.closed
  await expect(reader.read()).rejects.toThrow(expect.objectContaining({ name: 'StreamError', code: 'overflow' }))
  expect(reader.unreadBytes).toBe(0)
  await until(() => pair.outbound.status === 'reset')
})

test('a caller of send() that never waits for room gets `overflow`, and the stream lives on', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  let accepted = 0
  const flood = () => {
    for (;;) {
      writer.send(new Uint8Array(100_000))
      accepted += 100_000
    }
  }
  expect(flood).toThrow(expect.objectContaining({ code: 'overflow' }))
  expect(writer.unsentBytes).toBeLessThanOrEqual(maxUnsentBytes + SEND_BYTES)
  const read = readAll(reader)
  await writer.room()
  await writer.closeWrite()
  expect((await read).total).toBe(accepted)
})

test('with room send() takes any amount at once', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  expect(writer.send(new Uint8Array(8 << 20))).toBe(false)
  const read = readAll(reader)
  await writer.closeWrite()
  expect((await read).total).toBe(8 << 20)
})
