import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_FILE_FRAME_BYTES, OfferFileReader, fileEnd, fileFrames, fileHead } from './offer-file.ts'
import type { FileEntry, FilePart } from './offer-file.ts'

const header = { network: 'main', market: 'btc-eur', createdMs: 1_800_000_000_000 }
const stamp = { sizeClass: 9, fromMs: 1, untilMs: 2_000_000_000_000, nonce: new Uint8Array(8).fill(7) }
const entries: FileEntry[] = [
  { entry: Uint8Array.of(1, 2, 3), stamp: undefined },
  { entry: new Uint8Array(300).fill(9), stamp },
]
const file = concat([fileHead(header), fileFrames(entries), fileEnd()])

function concat(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

function read(chunks: Uint8Array[]): { parts: FilePart[]; isComplete: boolean } {
  const reader = new OfferFileReader()
  const parts = chunks.flatMap(chunk => [...reader.read(chunk)])
  reader.end()
  return { parts, isComplete: reader.isComplete }
}

test('what is written is read, however the file is cut into chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: file.length }), { maxLength: 12 }), cuts => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), file.length]
      const { parts, isComplete } = read(at.slice(1).map((end, index) => file.subarray(at[index], end)))
      expect(parts).toEqual([
        { type: 'header', header },
        { type: 'entry', byte: 12 + fileHead(header).length - 12, entry: entries[0] },
        { type: 'entry', byte: fileHead(header).length + fileFrames([entries[0]!]).length, entry: entries[1] },
        { type: 'end' },
      ])
      expect(isComplete).toBe(true)
    }),
  )
})

test('a file that was cut off gives what came before, and says that it is not complete', () => {
  const { parts, isComplete } = read([file.subarray(0, file.length - 20)])
  expect(parts.map(({ type }) => type)).toEqual(['header', 'entry'])
  expect(isComplete).toBe(false)
})

test('an entry that is no message is one bad part, and what follows is read', () => {
  const broken = concat([fileHead(header), Uint8Array.of(2, 0x0a, 0x05), fileFrames(entries), fileEnd()])
  const { parts, isComplete } = read([broken])
  expect(parts.map(({ type }) => type)).toEqual(['header', 'bad', 'entry', 'entry', 'end'])
  expect(isComplete).toBe(true)
})

test('behind a length that makes no sense nothing can be read', () => {
  const broken = concat([fileHead(header), Uint8Array.of(0xff, 0xff, 0xff, 0x7f), fileFrames(entries), fileEnd()])
  const { parts, isComplete } = read([broken])
  expect(parts).toEqual([
    { type: 'header', header },
    { type: 'bad', byte: fileHead(header).length, reason: expect.stringContaining('the limit is 65,536') as string },
  ])
  expect(isComplete).toBe(false)
})

test.each([
  ['nothing at all', new Uint8Array(0), /ends before/],
  ['something else', new TextEncoder().encode('{"market": "btc-eur"}\n'), /does not begin/],
  ['another version', concat([file.subarray(0, 11), Uint8Array.of(2), file.subarray(12)]), /version 2/],
  ['no header', file.subarray(0, 14), /ends before/],
  ['a header that is none', concat([file.subarray(0, 12), Uint8Array.of(2, 0x0a, 0x05)]), /header cannot be read/],
])('%s is no file of offers', (_, bytes, reason) => {
  expect(() => read([bytes])).toThrow(
    expect.objectContaining({ code: 'bad-file', message: expect.stringMatching(reason) as string }),
  )
})

test('an entry of the longest record fits a frame', () => {
  const longest = { entry: new Uint8Array(57_705), stamp: { ...stamp, sizeClass: 17 } }
  expect(fileFrames([longest]).length).toBeLessThan(MAX_FILE_FRAME_BYTES)
})
