import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameBatch } from './frame-batch.ts'
import { FrameDecoder } from './frame-decoder.ts'

const part = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ minLength: 16_000, maxLength: 17_000, size: 'max' }),
)
const frame = fc.record({ payload: part, header: fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }) })

test('what is taken is all that was added, as frames, whatever was taken before', () => {
  fc.assert(
    fc.property(fc.array(fc.array(frame, { maxLength: 6 }), { maxLength: 4 }), batches => {
      const batch = new FrameBatch()
      const taken = batches.map(frames => {
        for (const { header, payload } of frames) {
          batch.add(payload.byteLength + (header?.byteLength ?? 0), payload, header)
        }
        const announced = batch.byteLength
        const bytes = batch.take()
        expect(bytes.byteLength).toBe(announced)
        expect(batch.byteLength).toBe(0)
        return bytes
      })
      // decoded only now: a later batch must not write over what left before
      const decoder = new FrameDecoder(20_000)
      for (const bytes of taken) decoder.append(bytes)
      for (const { header, payload } of batches.flat()) {
        expect(Buffer.compare(decoder.next()!, Buffer.concat([header ?? new Uint8Array(0), payload]))).toBe(0)
      }
      expect(decoder.next()).toBeUndefined()
      expect(decoder.isAtBoundary).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('small parts are copied, large ones are not', () => {
  const batch = new FrameBatch()
  const [small, large] = [Uint8Array.of(1), new Uint8Array(16_384)]
  batch.add(1, small, undefined)
  batch.add(16_384, large, undefined)
  small.fill(9)
  const parts = [...(batch.take() as Iterable<Uint8Array>)]
  expect(parts[0]!.subarray(0, 2)).toEqual(Uint8Array.of(1, 1))
  expect(parts[1]).toBe(large)
})

test('cleared frames never leave', () => {
  const batch = new FrameBatch()
  batch.add(1, Uint8Array.of(1), undefined)
  batch.clear()
  batch.add(1, Uint8Array.of(2), undefined)
  expect(batch.take()).toEqual(Uint8Array.of(1, 2))
})
