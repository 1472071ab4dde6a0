import { expect, test } from 'vitest'
import { ReconcileError } from './errors.ts'
import { Initiator } from './initiator.ts'
import { ReconcileTree } from './reconcile-tree.ts'

const code = (expected: string) => expect.objectContaining({ name: 'ReconcileError', code: expected })

test('a session is opened once, and over when it is over', () => {
  const initiator = new Initiator(new ReconcileTree())
  expect(() => initiator.next(Uint8Array.of(0x61))).toThrow(code('bad-state'))
  initiator.open()
  expect(() => initiator.open()).toThrow(code('bad-state'))
  expect(initiator.isDone).toBe(false)
  expect(initiator.next(Uint8Array.of(0x61))).toEqual({ message: undefined, have: [], need: [], omitted: 0 })
  expect(initiator.isDone).toBe(true)
  expect(() => initiator.next(Uint8Array.of(0x61))).toThrow(code('bad-state'))
})

test('a refused message counts as a round and says which version the peer speaks', () => {
  const initiator = new Initiator(new ReconcileTree())
  initiator.open()
  expect(() => initiator.next(Uint8Array.of(0x62))).toThrow(
    new ReconcileError('unsupported-version', 'the peer speaks version 2 of the protocol, we speak 1'),
  )
  expect(initiator.rounds).toBe(1)
})
