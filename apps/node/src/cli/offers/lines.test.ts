import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLines } from './lines.ts'

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let i = 0; at < bytes.byteLength; i++) {
    const size = sizes[i % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function linesOf(text: string, maxBytes = 100, sizes = [1_000]) {
  const lines: unknown[] = []
  for await (const { number, bytes, length } of readLines(cut(Buffer.from(text), sizes), maxBytes)) {
    lines.push([number, bytes && Buffer.from(bytes).toString(), length])
  }
  return lines
}

test('lines are numbered from 1, blank ones count and are left out, and the last needs no line break', async () => {
  expect(await linesOf('a\n\nb\r\n\r\nlast')).toEqual([
    [1, 'a', 1],
    [3, 'b', 1],
    [5, 'last', 4],
  ])
  expect(await linesOf('')).toEqual([])
})

test('a line over the limit is told without its content, whatever its line break', async () => {
  expect(await linesOf('abcde\nabcdef\nabcde\r\nabcdef\r\nx', 5)).toEqual([
    [1, 'abcde', 5],
    [2, undefined, 6],
    [3, 'abcde', 5],
    [4, undefined, 6],
    [5, 'x', 1],
  ])
  expect(await linesOf(`${'y'.repeat(1_000)}\nx`, 5, [7])).toEqual([
    [1, undefined, 1_000],
    [2, 'x', 1],
  ])
})

test('where a stream is cut makes no difference', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r\n'), maxLength: 60 })
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(text, sizes, async (lines, cuts) => {
      expect(await linesOf(lines, 8, cuts)).toEqual(await linesOf(lines, 8))
    }),
  )
})
