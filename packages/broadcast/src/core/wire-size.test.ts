import { RPC } from '@libp2p/gossipsub/message'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_MESSAGE_BYTES, wireBytes } from './wire-size.ts'

test('the length is what gossipsub puts on the wire', () => {
  const lengths = [
    fc.integer({ min: 1, max: 256 }),
    fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 16_300, max: 16_500 }),
      fc.integer({ min: 0, max: MAX_MESSAGE_BYTES }),
    ),
  ] as const
  fc.assert(
    fc.property(...lengths, (topicBytes, dataBytes) => {
      const message = { topic: 'x'.repeat(topicBytes), data: new Uint8Array(dataBytes) }
      expect(wireBytes(topicBytes, dataBytes)).toBe(RPC.encode({ subscriptions: [], messages: [message] }).byteLength)
    }),
  )
})
