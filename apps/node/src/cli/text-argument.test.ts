import { expect, test } from 'vitest'
import * as codec from '../messages/text.ts'
import { MAX_TEXT_BYTES, textArgument } from './text-argument.ts'

async function* input(...chunks: Array<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
}

test('the limit is that of the codec', () => {
  expect(MAX_TEXT_BYTES).toBe(codec.MAX_TEXT_BYTES)
})

test('a text is itself', async () => {
  expect(await textArgument('hello\n')).toBe('hello\n')
})

test('- reads standard input, without its last line break', async () => {
  expect(await textArgument('-', input('one\ntw', 'o\n'))).toBe('one\ntwo')
  expect(await textArgument('-', input(`${'x'.repeat(MAX_TEXT_BYTES)}\n`))).toHaveLength(MAX_TEXT_BYTES)
})

test('a character may be cut in two by the pipe', async () => {
  const bytes = new TextEncoder().encode('ü')
  expect(await textArgument('-', input(bytes.subarray(0, 1), bytes.subarray(1)))).toBe('ü')
})

test('an endless input is read no further than the limit', async () => {
  let read = 0
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      read++
      yield new Uint8Array(10_000).fill(97)
    }
  }
  await expect(textArgument('-', endless())).rejects.toMatchObject({ code: 'too-large' })
  expect(read).toBe(4)
})

test('a text that is too long, empty, or not UTF-8 is refused with the reason', async () => {
  await expect(textArgument('x'.repeat(40_000))).rejects.toThrow('the text is 40,000 bytes, the limit is 32,768')
  await expect(textArgument('')).rejects.toThrow('the text is empty')
  await expect(textArgument('-', input(new Uint8Array([0xff, 0xfe])))).rejects.toThrow('not UTF-8')
})
