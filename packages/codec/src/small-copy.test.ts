import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copyOf } from './small-copy.ts'

test('copies of any sizes keep their bytes, whatever becomes of the original and of the copies around them', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 2_000 }), { maxLength: 50 }), originals => {
      const wanted = originals.map(bytes => [...bytes])
      const copies = originals.map(bytes => copyOf(bytes))
      for (const bytes of originals) bytes.fill(0xff)
      expect(copies.map(copy => [...copy])).toEqual(wanted)
      // the owner of one may write to it
      copies[0]?.fill(0xee)
      expect(copies.slice(1).map(copy => [...copy])).toEqual(wanted.slice(1))
    }),
  )
})

test('a copy that is kept keeps no more than a slab with it', () => {
  for (const length of [0, 1, 100, 1_024, 1_025, 70_000]) {
    const copy = copyOf(new Uint8Array(length))
    expect(copy.buffer.byteLength).toBeLessThanOrEqual(Math.max(4_096, length))
  }
})

test('a Node buffer is copied too, and as plain bytes', () => {
  const original = Buffer.from('abc')
  const copy = copyOf(original)
  original.fill(0)
  expect(copy).toEqual(Uint8Array.of(97, 98, 99))
  expect(Buffer.isBuffer(copy)).toBe(false)
})
