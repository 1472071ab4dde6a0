import { readFileSync } from 'node:fs'
import { memoryGrowth } from '@stoa/testkit'
import fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { expect, test } from 'vitest'
import { FrameBatch } from './frame-batch.ts'
import { FrameDecoder, MAX_FRAME_BYTES } from './frame-decoder.ts'
import type { FrameErrorCode } from './errors.ts'

interface Vector {
  description: string
  maxFrameBytes: number
  /** Hex, in the pieces in which they arrive. */
  chunks: string[]
}

const vectors = <T>(name: string): Array<Vector & T> =>
  JSON.parse(readFileSync(new URL(`../../../spec/vectors/${name}.json`, import.meta.url), 'utf8')).vectors
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (frame: Uint8Array) => Buffer.from(frame).toString('hex')
const code = (expected: FrameErrorCode) => expect.objectContaining({ name: 'FrameError', code: expected })

function framed(frames: Uint8Array[]): Uint8Array {
  const batch = new FrameBatch()
  for (const frame of frames) batch.add(frame.byteLength, frame, undefined)
  return new Uint8Array(batch.take().subarray())
}

function* allFrames(decoder: FrameDecoder): Generator<Uint8Array> {
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) yield frame
}

/** What a reader of the stream sees, up to its end. */
function decode({ maxFrameBytes, chunks }: Vector): { frames: string[]; error?: FrameErrorCode } {
  const decoder = new FrameDecoder(maxFrameBytes)
  const frames: string[] = []
  try {
    for (const chunk of chunks) {
      decoder.append(fromHex(chunk))
      for (const frame of allFrames(decoder)) frames.push(toHex(frame))
    }
  } catch (error) {
    return { frames, error: (error as { code: FrameErrorCode }).code }
  }
  return decoder.isAtBoundary ? { frames } : { frames, error: 'truncated' }
}

test.each(vectors<{ frames: string[] }>('framing-valid'))('valid vector: $description', vector => {
  expect(decode(vector)).toEqual({ frames: vector.frames })
})

test.each(vectors<{ frames: string[]; error: FrameErrorCode }>('framing-invalid'))(
  'invalid vector: $description',
  vector => {
    expect(decode(vector)).toEqual({ frames: vector.frames, error: vector.error })
  },
)

test('the result does not depend on how the bytes are cut', () => {
  for (const vector of [...vectors('framing-valid'), ...vectors('framing-invalid')]) {
    const whole = vector.chunks.join('')
    const expected = decode({ ...vector, chunks: [whole] })
    expect(decode(vector)).toEqual(expected)
    expect(decode({ ...vector, chunks: whole.match(/../g) ?? [] })).toEqual(expected)
  }
})

const frames = fc.array(
  fc.oneof(fc.uint8Array({ maxLength: 5 }), fc.uint8Array({ minLength: 100, maxLength: 20_000, size: 'max' })),
  { maxLength: 8 },
)

test('frames come back as they were, in any chunks, lists of chunks and 1-byte chunks', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat({ max: 300 })), fc.boolean(), (sent, cuts, inLists) => {
      const stream = framed(sent)
      const decoder = new FrameDecoder(20_000)
      const got: string[] = []
      let offset = 0
      for (const size of [...cuts, 1, 1, Infinity]) {
        const chunk = stream.subarray(offset, Math.min(stream.length, offset + size))
        offset += chunk.length
        decoder.append(inLists ? new Uint8ArrayList(chunk.subarray(0, 1), chunk.subarray(1)) : chunk)
        for (const frame of allFrames(decoder)) got.push(toHex(frame))
      }
      expect(got).toEqual(sent.map(toHex))
      expect(decoder.isAtBoundary).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('a stream that ends anywhere but between frames is not at a boundary', () => {
  const stream = framed([Uint8Array.of(1, 2), new Uint8Array(0), new Uint8Array(300)])
  for (let length = 0; length <= stream.length; length++) {
    const decoder = new FrameDecoder(300)
    decoder.append(stream.subarray(0, length))
    for (const _ of allFrames(decoder));
    expect(decoder.isAtBoundary).toBe([0, 3, 4, stream.length].includes(length))
  }
})

test('every length has one prefix: only the shortest varint is accepted', () => {
  fc.assert(
    fc.property(fc.nat({ max: MAX_FRAME_BYTES }), fc.integer({ min: 1, max: 3 }), (length, padding) => {
      const batch = new FrameBatch()
      batch.add(length, new Uint8Array(0), undefined)
      const prefix = new Uint8Array(batch.take().subarray())
      const decoder = new FrameDecoder(MAX_FRAME_BYTES)
      decoder.append(prefix)
      expect(decoder.next()?.byteLength).toBe(length === 0 ? 0 : undefined)
      const padded = [...prefix.map(byte => byte | 0x80), ...Array.from({ length: padding - 1 }, () => 0x80), 0]
      const strict = new FrameDecoder(MAX_FRAME_BYTES)
      strict.append(Uint8Array.from(padded))
      expect(() => strict.next()).toThrow(code('malformed'))
    }),
  )
})

test('a length over the limit is refused as soon as it is known', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MAX_FRAME_BYTES - 1 }), maxFrameBytes => {
      const batch = new FrameBatch()
      batch.add(maxFrameBytes + 1, new Uint8Array(0), undefined)
      const decoder = new FrameDecoder(maxFrameBytes)
      decoder.append(batch.take())
      expect(() => decoder.next()).toThrow(code('too-large'))
    }),
  )
})

test('after a break in framing nothing is taken for a frame any more', () => {
  const decoder = new FrameDecoder(10)
  decoder.append(Uint8Array.of(11, 1, 2, 1, 7))
  expect(() => decoder.next()).toThrow(code('too-large'))
  decoder.append(Uint8Array.of(1, 7))
  expect(() => decoder.next()).toThrow(code('too-large'))
})

test('nothing is allocated for lengths that were only announced', async () => {
  const { result, arrayBuffersBytes } = await memoryGrowth(() =>
    Array.from({ length: 100 }, () => {
      const decoder = new FrameDecoder(MAX_FRAME_BYTES)
      decoder.append(Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 1, 2, 3))
      expect(decoder.next()).toBeUndefined()
      return decoder
    }),
  )
  expect(result).toHaveLength(100)
  expect(arrayBuffersBytes).toBeLessThan(1 << 20)
})

test('a frame of a megabyte in 1-byte chunks takes at most twice its bytes', async () => {
  const decoder = new FrameDecoder(1 << 20)
  decoder.append(Uint8Array.of(0x80, 0x80, 0x40))
  const { arrayBuffersBytes } = await memoryGrowth(() => {
    const byte = Uint8Array.of(7)
    for (let i = 1; i < 1 << 20; i++) {
      decoder.append(byte)
      decoder.next()
    }
  })
  expect(arrayBuffersBytes).toBeLessThan(2.5 * (1 << 20))
  decoder.append(Uint8Array.of(9))
  expect(decoder.next()?.byteLength).toBe(1 << 20)
})

test('a million empty frames in one chunk are given one by one', () => {
  const decoder = new FrameDecoder(1)
  decoder.append(new Uint8Array(1 << 20))
  let count = 0
  for (const frame of allFrames(decoder)) count += 1 + frame.byteLength
  expect(count).toBe(1 << 20)
})

test('frames are plain bytes even of Node Buffers, whose slice() is a view', () => {
  const arrived = Buffer.from([2, 5, 6])
  const decoder = new FrameDecoder(2)
  decoder.append(arrived)
  const copy = decoder.next()!.slice()
  arrived.fill(0)
  expect(copy).toEqual(Uint8Array.of(5, 6))
})

test.each([0, 1.5, -1, NaN, MAX_FRAME_BYTES + 1])('%d is no limit for a frame', maxFrameBytes => {
  expect(() => new FrameDecoder(maxFrameBytes)).toThrow(RangeError)
})
