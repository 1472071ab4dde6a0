import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { syncMessages } from '../src/core/sync-codec.ts'

interface Vector {
  description: string
  frame: string
}

test.each(vectors<Vector & { message: unknown }>('valid'))('$description', ({ frame, message }) => {
  const decoded = syncMessages.decode(Buffer.from(frame, 'hex'))

  expect(asHex(decoded)).toEqual(message)
  expect(Buffer.from(syncMessages.encode(decoded)).toString('hex')).toBe(frame)
})

test.each(vectors<Vector & { reason: string }>('invalid'))('$description is refused: $reason', ({ frame }) => {
  expect(() => syncMessages.decode(Buffer.from(frame, 'hex'))).toThrow(expect.objectContaining({ name: 'CodecError' }))
})

function asHex(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part,
    ),
  )
}

function vectors<T>(kind: 'valid' | 'invalid'): T[] {
  const url = new URL(`../../../spec/vectors/replica-${kind}.json`, import.meta.url)
  return (JSON.parse(readFileSync(url, 'utf8')) as { messages: T[] }).messages
}
