import { expect, test } from 'vitest'
import { splitIwant } from './split-iwant.ts'
import type { RPC } from '@libp2p/gossipsub/message'

const id = (n: number): Uint8Array => Uint8Array.of(n)
const control = (count: number): RPC.ControlMessage => ({
  ihave: [{ topicID: 't', messageIDs: [] }],
  iwant: [{ messageIDs: Array.from({ length: count }, (_, n) => id(n)) }],
  graft: [],
  prune: [],
  idontwant: [],
})

test('a wish is cut so that each answer fits a frame, in order and with nothing lost', () => {
  const parts = splitIwant(control(7), { bytesOf: () => 30_000 })
  expect(parts.map(part => part.iwant[0]!.messageIDs)).toEqual([
    [id(0), id(1)],
    [id(2), id(3)],
    [id(4), id(5)],
    [id(6)],
  ])
  expect(parts.map(part => part.ihave.length)).toEqual([1, 0, 0, 0])
})

test('one that fits, or wants what is gone, is left as it is', () => {
  for (const bytes of [0, 9_000]) {
    const whole = control(7)
    expect(splitIwant(whole, { bytesOf: () => bytes })).toEqual([whole])
  }
  expect(splitIwant(control(0), { bytesOf: () => 0 })).toHaveLength(1)
})
