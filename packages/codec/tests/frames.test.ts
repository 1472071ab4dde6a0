import { memoryGrowth, random, streamPair, until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { boundStream, frameStream } from '../src/index.ts'

const code = (name: string, expected: string) => expect.objectContaining({ name, code: expected })

describe.each(['memory', 'tcp', 'ws'] as const)('over %s', transport => {
  test('frames of all sizes arrive whole and in order', async () => {
    await using pair = await streamPair({ transport })
    const init = { maxFrameBytes: 4 << 20 }
    const [writer, reader] = [frameStream(pair.outbound, init), frameStream(pair.inbound, init)]
    const source = random('frames')
    const sizes = [0, 1, 127, 128, 16_383, 16_384, 262_144, 4 << 20, 0]
    const frames = [...sizes, ...Array.from({ length: 300 }, () => source.int(0, 20_000))].map(n => source.bytes(n))
    const writing = (async () => {
      for (const frame of frames) await writer.write(frame)
      await writer.close()
    })()
    for (const frame of frames) expect(Buffer.compare((await reader.read())!, frame)).toBe(0)
    expect(await reader.read()).toBeUndefined()
    await reader.close()
    await writing
  })
})

test.each(['memory', 'tcp'] as const)(
  'a frame that comes in muxer frames of one byte arrives whole over %s',
  async transport => {
    await using pair = await streamPair({ transport })
    const reader = frameStream(pair.inbound, { maxFrameBytes: 1 << 20 })
    const writer = boundStream(pair.outbound)
    const frame = random('bytes').bytes(32_768)
    const reading = reader.read()
    await writer.write(Uint8Array.of(0x80, 0x80, 2))
    for (const byte of frame) await writer.write(Uint8Array.of(byte))
    expect(Buffer.compare((await reading)!, frame)).toBe(0)
  },
)

test('frames queued in one turn leave in one piece', async () => {
  await using pair = await streamPair()
  const writer = frameStream(pair.outbound, { maxFrameBytes: 100 })
  const pieces: number[] = []
  pair.inbound.addEventListener('message', event => pieces.push(event.data.byteLength))
  for (let i = 0; i < 100; i++) writer.enqueue(Uint8Array.of(i), Uint8Array.of(9))
  await until(() => pieces.length > 0)
  expect(pieces).toEqual([300])
})

test('a reader that stops bounds the frames that wait', async () => {
  await using pair = await streamPair()
  const init = { maxFrameBytes: 65_536 }
  const [writer, reader] = [frameStream(pair.outbound, init), frameStream(pair.inbound, init)]
  const count = 400
  let most = 0
  const writing = (async () => {
    for (let i = 0; i < count; i++) {
      await writer.write(new Uint8Array(65_536).fill(i))
      most = Math.max(most, writer.unsentBytes)
    }
    await writer.closeWrite()
  })()
  await until(() => !writer.hasRoom && reader.stream.unreadBytes >= 262_144)
  for (let i = 0; i < count; i++) expect((await reader.read())?.[65_535]).toBe(i & 0xff)
  expect(await reader.read()).toBeUndefined()
  await writing
  // maxUnsentBytes and one batch below, one batch and one frame above
  expect(most).toBeLessThanOrEqual(1_048_576 + 2 * 262_144 + 2 * 65_540)
})

test('waiting for room of frames ends with the signal, and the frames still arrive', async () => {
  await using pair = await streamPair()
  const init = { maxFrameBytes: 1 << 20 }
  const [writer, reader] = [frameStream(pair.outbound, init), frameStream(pair.inbound, init)]
  let count = 1
  while (writer.enqueue(new Uint8Array(1 << 20)) || writer.stream.hasRoom) {
    count++
    await Promise.resolve()
  }
  const stop = new AbortController()
  const waiting = writer.room({ signal: stop.signal })
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  const closing = writer.closeWrite()
  for (let i = 0; i < count; i++) expect((await reader.read())?.byteLength).toBe(1 << 20)
  expect(await reader.read()).toBeUndefined()
  await closing
})

test('a frame over the limit is refused before it is sent, and the stream lives on', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [pair.outbound, pair.inbound].map(raw => frameStream(raw, { maxFrameBytes: 10 }))
  await expect(writer!.write(new Uint8Array(11))).rejects.toThrow(code('FrameError', 'too-large'))
  await writer!.write(new Uint8Array(10))
  expect((await reader!.read())?.byteLength).toBe(10)
})

test('peers that announce huge frames and withhold them cost nothing', async () => {
  await using pair = await streamPair()
  const ends = await Promise.all(Array.from({ length: 50 }, () => pair.open()))
  const { result, arrayBuffersBytes } = await memoryGrowth(async () => {
    const readers = ends.map(({ inbound }) => frameStream(inbound, { maxFrameBytes: 2 ** 28 - 1 }))
    for (const { outbound } of ends) outbound.send(Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 1, 2, 3))
    const reading = readers.map(frames => frames.read())
    await until(() => readers.every(frames => !frames.isAtBoundary))
    return reading
  })
  expect(arrayBuffersBytes).toBeLessThan(2 << 20)
  for (const { outbound } of ends) outbound.abort(new Error('test over'))
  for (const reading of result) await expect(reading).rejects.toThrow(code('StreamError', 'reset'))
})

test.each([
  ['too-large', [11]],
  ['malformed', [0x81, 0]],
  ['malformed', [0xff, 0xff, 0xff, 0xff]],
  ['truncated', [3, 1]],
  ['truncated', [0x80]],
])('a peer that breaks framing is told apart: %s', async (expected, bytes) => {
  await using pair = await streamPair()
  const reader = frameStream(pair.inbound, { maxFrameBytes: 10 })
  pair.outbound.send(Uint8Array.of(1, 7, ...bytes))
  await pair.outbound.close()
  expect(await reader.read()).toEqual(Uint8Array.of(7))
  await expect(reader.read()).rejects.toThrow(code('FrameError', expected))
  await expect(reader.read()).rejects.toThrow(code('FrameError', expected))
})

test('a frame cut off by a reset is a reset', async () => {
  await using pair = await streamPair()
  const reader = frameStream(pair.inbound, { maxFrameBytes: 10 })
  pair.outbound.send(Uint8Array.of(3, 1))
  await until(() => reader.stream.unreadBytes === 2)
  pair.outbound.abort(new Error('gone'))
  await expect(reader.read()).rejects.toThrow(code('StreamError', 'reset'))
})

test('frames are not queued on a stream that is closed or broken', async () => {
  await using pair = await streamPair()
  const init = { maxFrameBytes: 10 }
  const [a, b] = [frameStream(pair.outbound, init), frameStream(pair.inbound, init)]
  await a.closeWrite()
  expect(() => a.enqueue(new Uint8Array(1))).toThrow(code('StreamError', 'closed'))
  a.abort(new Error('gone'))
  await b.stream.closed
  await expect(b.write(new Uint8Array(1))).rejects.toThrow(code('StreamError', 'reset'))
  await expect(b.closeWrite()).rejects.toThrow(code('StreamError', 'reset'))
})

test('what is queued when a stream closes leaves before its end', async () => {
  await using pair = await streamPair()
  const init = { maxFrameBytes: 10 }
  const [a, b] = [frameStream(pair.outbound, init), frameStream(pair.inbound, init)]
  a.enqueue(Uint8Array.of(1))
  const closing = a.close()
  expect(await b.read()).toEqual(Uint8Array.of(1))
  expect(await b.read()).toBeUndefined()
  await b.close()
  await closing
  expect(pair.outbound.status).toBe('closed')
})
