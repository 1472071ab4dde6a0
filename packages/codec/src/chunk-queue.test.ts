import { memoryGrowth } from '@stoa/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChunkQueue } from './chunk-queue.ts'

const chunks = fc.array(
  fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ minLength: 4_000, maxLength: 5_000, size: 'max' })),
  { maxLength: 20 },
)

test('gives the bytes in the order they came, however they are cut, and is empty afterwards', () => {
  fc.assert(
    fc.property(fc.array(chunks, { maxLength: 4 }), rounds => {
      const queue = new ChunkQueue()
      for (const round of rounds) {
        for (const chunk of round) queue.push(chunk)
        const expected = Buffer.concat(round)
        expect(queue.byteLength).toBe(expected.byteLength)
        expect(Buffer.compare(queue.take().subarray(), expected)).toBe(0)
        expect(queue.byteLength).toBe(0)
      }
    }),
    { numRuns: 50 },
  )
})

test('a million 1-byte chunks take about a million bytes', async () => {
  const { result, heapUsedBytes, arrayBuffersBytes } = await memoryGrowth(() => {
    const queue = new ChunkQueue()
    // a view into a buffer of its own each, as a muxer hands them over
    for (let i = 0; i < 1 << 20; i++) queue.push(new Uint8Array(64).subarray(0, 1))
    return queue
  })
  expect(result.byteLength).toBe(1 << 20)
  expect(heapUsedBytes + arrayBuffersBytes).toBeLessThan(2 << 20)
})

test('chunks that are small parts of large buffers do not keep the buffers', async () => {
  const { result, arrayBuffersBytes } = await memoryGrowth(() => {
    const queue = new ChunkQueue()
    for (let i = 0; i < 256; i++) queue.push(new Uint8Array(65_536).subarray(100, 4_196))
    return queue
  })
  expect(result.byteLength).toBe(1 << 20)
  expect(arrayBuffersBytes).toBeLessThan(2 << 20)
})

test('one unread byte takes less than a kilobyte', () => {
  const queue = new ChunkQueue()
  queue.push(Uint8Array.of(1))
  expect(queue.take().subarray().buffer.byteLength).toBeLessThan(1_024)
})

test('large chunks are passed on as they are, without a copy', () => {
  const chunk = new Uint8Array(65_536)
  const queue = new ChunkQueue()
  queue.push(chunk)
  expect([...queue.take()][0]).toBe(chunk)
})
