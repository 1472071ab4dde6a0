import { getEventListeners } from 'node:events'
import { StreamMessageEvent } from '@libp2p/interface'
import { streamPair, until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { boundStream, frameStream } from '../src/index.ts'

const enough = new Error('enough')

test('a read that is given up leaves the stream as it is', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  for (let round = 0; round < 3; round++) {
    const stop = new AbortController()
    const reading = reader.read({ signal: stop.signal })
    stop.abort(enough)
    await expect(reading).rejects.toBe(enough)
    await writer.write(Uint8Array.of(round))
    expect((await reader.read())?.subarray()).toEqual(Uint8Array.of(round))
  }
})

test('a chunk that arrives in the same turn as the abort goes to the next read', async () => {
  await using pair = await streamPair()
  const reader = boundStream(pair.inbound)
  const stop = new AbortController()
  const reading = reader.read({ signal: stop.signal })
  stop.abort(enough)
  pair.inbound.dispatchEvent(new StreamMessageEvent(Uint8Array.of(7)))
  await expect(reading).rejects.toBe(enough)
  expect((await reader.read())?.subarray()).toEqual(Uint8Array.of(7))
})

test('a chunk that arrived before the abort is given to the read that waited for it', async () => {
  await using pair = await streamPair()
  const reader = boundStream(pair.inbound)
  const stop = new AbortController()
  const reading = reader.read({ signal: stop.signal })
  pair.inbound.dispatchEvent(new StreamMessageEvent(Uint8Array.of(7)))
  stop.abort(enough)
  expect((await reading)?.subarray()).toEqual(Uint8Array.of(7))
})

test('a signal that aborted before ends a call at once and takes nothing', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  const signal = AbortSignal.abort(enough)
  await expect(writer.write(Uint8Array.of(1), { signal })).rejects.toBe(enough)
  await writer.write(Uint8Array.of(2))
  await until(() => reader.unreadBytes === 1)
  await expect(reader.read({ signal })).rejects.toBe(enough)
  expect((await reader.read())?.subarray()).toEqual(Uint8Array.of(2))
})

test('waits for room and writes that are given up leave the stream as it is', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  // fills everything between here and the reader
  writer.send(new Uint8Array(4 << 20))
  const stop = new AbortController()
  const waiting = [
    writer.room({ signal: stop.signal }),
    writer.write(Uint8Array.of(1), { signal: stop.signal }),
    writer.write(Uint8Array.of(2), { signal: stop.signal }),
  ]
  const last = writer.write(Uint8Array.of(3))
  stop.abort(enough)
  for (const call of waiting) await expect(call).rejects.toBe(enough)

  let [total, final] = [0, -1]
  while (total < (4 << 20) + 1) {
    const chunk = (await reader.read())!
    total += chunk.byteLength
    final = chunk.get(chunk.byteLength - 1)
  }
  await last
  expect(final).toBe(3)
})

test('an aborted wait for the end of the writable side ends the wait and not the closing', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  writer.send(new Uint8Array(4 << 20))
  const stop = new AbortController()
  const closing = writer.closeWrite({ signal: stop.signal })
  stop.abort(enough)
  await expect(closing).rejects.toBe(enough)
  let total = 0
  for await (const chunk of reader) total += chunk.byteLength
  expect(total).toBe(4 << 20)
  await writer.closeWrite()
})

test('a frame that is given up while it arrives is read by the next call', async () => {
  await using pair = await streamPair()
  const frames = frameStream(pair.inbound, { maxFrameBytes: 100 })
  pair.outbound.send(Uint8Array.of(3, 1))
  await until(() => frames.stream.unreadBytes === 2)
  const stop = new AbortController()
  const reading = frames.read({ signal: stop.signal })
  await until(() => frames.stream.unreadBytes === 0)
  stop.abort(enough)
  await expect(reading).rejects.toBe(enough)
  pair.outbound.send(Uint8Array.of(2, 3))
  expect(await frames.read()).toEqual(Uint8Array.of(1, 2, 3))
})

test('a signal that lives as long as the node collects no listeners', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  const { signal } = new AbortController()
  const before = ['message', 'drain', 'idle', 'close', 'end'].map(type => pair.inbound.listenerCount(type))
  for (let round = 0; round < 50; round++) {
    const reading = reader.read({ signal })
    await writer.write(Uint8Array.of(round), { signal })
    await reading
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  expect(['message', 'drain', 'idle', 'close', 'end'].map(type => pair.inbound.listenerCount(type))).toEqual(before)
  await Promise.all([reader.close({ signal }), writer.close({ signal })])
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('two readers at once are a mistake, and the first goes on', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  const reading = reader.read()
  await expect(reader.read()).rejects.toThrow(TypeError)
  await writer.write(Uint8Array.of(1))
  expect((await reading)?.byteLength).toBe(1)
})
