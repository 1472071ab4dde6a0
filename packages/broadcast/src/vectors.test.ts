import { readFileSync } from 'node:fs'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { describe, expect, test } from 'vitest'
import { wireTopicOf } from './core/names.ts'
import { wireBytes } from './core/wire-size.ts'
import { messageId } from './message-id.ts'
import { open, seal } from './signed-envelope.ts'

interface Valid {
  topics: Array<{ network: string; name: string; topic: string }>
  messageIds: Array<{ name: string; topic: string; data: string; id: string }>
  sizes: Array<{ topicBytes: number; dataBytes: number; wireBytes: number }>
  signed: Array<{
    name: string
    topic: string
    seed: string
    payload: string
    data: string
    author: string
    id: string
  }>
}

interface Invalid {
  names: Array<{ name: string; reason: string }>
  signed: Array<{ name: string; topic: string; data: string; error: string }>
}

const valid = vectors<Valid>('valid')
const invalid = vectors<Invalid>('invalid')
const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')
const bytes = (text: string): Uint8Array => fromString(text, 'hex')

describe('what every implementation agrees on', () => {
  test.each(valid.topics)('topic $topic', ({ network, name, topic }) => {
    expect(wireTopicOf(network, name)).toBe(topic)
  })

  test.each(valid.messageIds)('message id: $name', async ({ topic, data, id }) => {
    expect(hex(await messageId(topic, bytes(data)))).toBe(id)
  })

  test.each(valid.sizes)('$wireBytes bytes on the wire', ({ topicBytes, dataBytes, wireBytes: expected }) => {
    expect(wireBytes(topicBytes, dataBytes)).toBe(expected)
  })

  test.each(valid.signed)('signed: $name', async ({ topic, seed, payload, data, author, id }) => {
    const key = await generateKeyPairFromSeed('Ed25519', bytes(seed))
    expect(hex(await seal(key, topic, bytes(payload)))).toBe(data)
    const opened = await open(topic, bytes(data))
    expect(hex(opened.payload)).toBe(payload)
    expect(opened.author.toString()).toBe(author)
    expect(hex(await messageId(topic, bytes(data)))).toBe(id)
  })
})

describe('what every implementation refuses', () => {
  test.each(invalid.names)('topic name: $reason', ({ name }) => {
    expect(() => wireTopicOf('main', name)).toThrow(expect.objectContaining({ code: 'bad-topic' }))
  })

  test.each(invalid.signed)('signed: $name', async ({ topic, data, error }) => {
    await expect(open(topic, bytes(data))).rejects.toMatchObject({ name: 'EnvelopeError', code: error })
  })
})

function vectors<T>(kind: string): T {
  return JSON.parse(readFileSync(new URL(`../../../spec/vectors/broadcast-${kind}.json`, import.meta.url), 'utf8')) as T
}
