import { streamPair, until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { boundStream, frameStream } from '../src/index.ts'

const code = (expected: string) => expect.objectContaining({ name: 'StreamError', code: expected })

describe.each(['memory', 'tcp'] as const)('over %s', transport => {
  test('an end that arrives while much is unread comes after all of it', async () => {
    await using pair = await streamPair({ transport })
    const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
    await writer.write(new Uint8Array(200_000))
    await writer.closeWrite()
    await until(() => pair.inbound.remoteWriteStatus === 'closed')
    expect((await reader.read())?.byteLength).toBe(200_000)
    expect(await reader.read()).toBeUndefined()
    expect(await reader.read()).toBeUndefined()
  })

  test('one side may end while the other goes on', async () => {
    await using pair = await streamPair({ transport })
    const [client, server] = [boundStream(pair.outbound), boundStream(pair.inbound)]
    await client.write(Uint8Array.of(1))
    await client.closeWrite()
    await expect(client.write(Uint8Array.of(2))).rejects.toThrow(code('closed'))
    expect((await server.read())?.get(0)).toBe(1)
    expect(await server.read()).toBeUndefined()
    await server.write(new Uint8Array(100_000))
    await server.closeWrite()
    let total = 0
    for await (const chunk of client) total += chunk.byteLength
    expect(total).toBe(100_000)
    await Promise.all([client.closed, server.closed])
  })

  test('an abort is `aborted` here and `reset` there, for readers and writers alike', async () => {
    await using pair = await streamPair({ transport })
    const [here, there] = [boundStream(pair.outbound), boundStream(pair.inbound)]
    // there waits to read, and to write to a peer that does not read
    there.send(new Uint8Array(4 << 20))
    const [reading, writing] = [there.read(), there.write(Uint8Array.of(1))].map(call => call.catch(error => error))
    await here.read()
    here.abort(new Error('no more'))
    await expect(here.read()).rejects.toThrow(code('aborted'))
    await expect(here.write(Uint8Array.of(1))).rejects.toThrow(code('aborted'))
    await expect(here.room()).rejects.toThrow(code('aborted'))
    await expect(here.closeWrite()).rejects.toThrow(code('aborted'))
    expect(await reading).toEqual(code('reset'))
    expect(await writing).toEqual(code('reset'))
    await expect(there.write(Uint8Array.of(1))).rejects.toThrow(expect.objectContaining({ retryable: true }))
    await Promise.all([here.closed, there.closed])
  })

  test('what arrived before a reset is read before the reset is', async () => {
    await using pair = await streamPair({ transport })
    const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
    await writer.write(Uint8Array.of(1, 2))
    await until(() => reader.unreadBytes === 2)
    writer.abort(new Error('no more'))
    await reader.closed
    expect([...(await reader.read())!.subarray()]).toEqual([1, 2])
    await expect(reader.read()).rejects.toThrow(code('reset'))
  })

  test('a lost connection is a reset, not a clean end', async () => {
    await using pair = await streamPair({ transport })
    const [a, b] = [boundStream(pair.outbound), boundStream(pair.inbound)]
    const reading = [a.read(), b.read()].map(read => read.catch(error => error))
    pair.network.partition([0], [1], 'cut')
    expect(await Promise.all(reading)).toEqual([code('reset'), code('reset')])
    await Promise.all([a.close(), b.close()])
  })
})

test('a peer that ended its side and then broke the stream has ended it cleanly', async () => {
  await using pair = await streamPair()
  const [writer, reader] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  await writer.write(Uint8Array.of(1))
  await writer.closeWrite()
  await until(() => pair.inbound.remoteWriteStatus === 'closed')
  writer.abort(new Error('in a hurry'))
  await reader.closed
  expect((await reader.read())?.byteLength).toBe(1)
  expect(await reader.read()).toBeUndefined()
  await expect(reader.write(Uint8Array.of(1))).rejects.toThrow(code('reset'))
})

test('close() sends what was written, and ends when both have closed', async () => {
  await using pair = await streamPair()
  const [a, b] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  const writes = [a.write(new Uint8Array(100_000)), a.write(new Uint8Array(100_000))]
  const closing = a.close()
  let total = 0
  for await (const chunk of b) total += chunk.byteLength
  await b.close()
  await Promise.all([...writes, closing])
  expect(total).toBe(200_000)
  expect([pair.outbound.status, pair.inbound.status]).toEqual(['closed', 'closed'])
})

test('close() ends a read that waits', async () => {
  await using pair = await streamPair()
  const [a, b] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  const reading = a.read()
  await Promise.all([a.close(), b.close()])
  expect(await reading).toBeUndefined()
  expect(await a.read()).toBeUndefined()
})

test('closing while the peer never closes ends after closeTimeoutMs, with a reset', async () => {
  await using pair = await streamPair()
  const a = boundStream(pair.outbound, { closeTimeoutMs: 20 })
  const b = boundStream(pair.inbound)
  await a.close()
  expect(pair.outbound.status).toBe('aborted')
  expect(await b.read()).toBeUndefined()
  await b.closed
})

test('closing while the peer never reads ends after closeTimeoutMs, also with frames in the queue', async () => {
  await using pair = await streamPair()
  const frames = frameStream(pair.outbound, { maxFrameBytes: 1 << 20, closeTimeoutMs: 20 })
  boundStream(pair.inbound)
  while (frames.enqueue(new Uint8Array(1 << 20)) || frames.stream.hasRoom) await Promise.resolve()
  await frames.close()
  expect(pair.outbound.status).toBe('aborted')
  expect(frames.unsentBytes).toBe(0)
})

test('closing stops early when its signal aborts', async () => {
  await using pair = await streamPair()
  const a = boundStream(pair.outbound)
  const stop = new AbortController()
  const closing = a.close({ signal: stop.signal })
  stop.abort()
  await closing
  expect(pair.outbound.status).toBe('aborted')
  await a.close()
})

test('two sides that close while both are full of unread bytes end cleanly', async () => {
  await using pair = await streamPair()
  const [a, b] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  a.send(new Uint8Array(4 << 20))
  b.send(new Uint8Array(4 << 20))
  await until(() => a.unreadBytes > 0 && b.unreadBytes > 0 && !a.hasRoom && !b.hasRoom)
  await Promise.all([a.close(), b.close()])
  expect([pair.outbound.status, pair.inbound.status]).toEqual(['closed', 'closed'])
})

test('what arrived before the stream was bounded is read', async () => {
  await using pair = await streamPair()
  pair.outbound.send(Uint8Array.of(1, 2))
  await until(() => pair.inbound.readBufferLength === 2)
  await pair.outbound.close()
  await until(() => pair.inbound.remoteWriteStatus === 'closed')
  const reader = boundStream(pair.inbound)
  expect([...(await reader.read())!.subarray()]).toEqual([1, 2])
  expect(await reader.read()).toBeUndefined()
})

test('a stream that was broken before it was bounded says so, after what it holds', async () => {
  await using pair = await streamPair()
  pair.outbound.send(Uint8Array.of(1, 2))
  await until(() => pair.inbound.readBufferLength === 2)
  pair.outbound.abort(new Error('gone'))
  await until(() => pair.inbound.status === 'reset')
  const reader = boundStream(pair.inbound)
  expect([...(await reader.read())!.subarray()]).toEqual([1, 2])
  await expect(reader.read()).rejects.toThrow(code('reset'))
  await reader.closed
  await reader.close()
})

test('`await using` closes', async () => {
  await using pair = await streamPair()
  await Promise.all(
    [pair.outbound, pair.inbound].map(async raw => {
      await using stream = boundStream(raw)
      await stream.write(Uint8Array.of(1))
      await stream.read()
    }),
  )
  expect(pair.outbound.status).toBe('closed')
})
