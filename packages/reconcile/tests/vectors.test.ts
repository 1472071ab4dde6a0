import { Initiator, ReconcileError, ReconcileTree, respond } from '@stoa/reconcile'
import { describe, expect, test } from 'vitest'
import { hex, unhex } from './sets.ts'
import { readVectors, treeOfVector } from './vectors.ts'
import type { InvalidVectors, ValidVectors } from './vectors.ts'

const valid = readVectors<ValidVectors>('reconcile-valid')
const invalid = readVectors<InvalidVectors>('reconcile-invalid')

describe('valid vectors', () => {
  test.each(valid.fingerprints)('fingerprint: $description', ({ items, fingerprint }) => {
    expect(hex(treeOfVector(items).fingerprint())).toBe(fingerprint)
  })

  test.each(valid.answers)('answer: $description', ({ items, frameLimitBytes, message, answer }) => {
    expect(hex(respond(treeOfVector(items), unhex(message), { frameLimitBytes }))).toBe(answer)
  })

  test.each(valid.sessions)('session: $description', ({ initiator, responder, messages, have, need }) => {
    const [ours, theirs] = [treeOfVector(initiator.items), treeOfVector(responder.items)]
    const session = new Initiator(ours, { frameLimitBytes: initiator.frameLimitBytes })
    const sent: string[] = []
    const found = { have: new Array<string>(), need: new Array<string>() }
    for (let message: Uint8Array | undefined = session.open(); message !== undefined;) {
      const answer = respond(theirs, message, { frameLimitBytes: responder.frameLimitBytes })
      sent.push(hex(message), hex(answer))
      const round = session.next(answer)
      found.have.push(...round.have.map(hex))
      found.need.push(...round.need.map(hex))
      message = round.message
    }
    expect(sent).toEqual(messages)
    expect({ have: found.have.sort(), need: found.need.sort() }).toEqual({ have, need })
  })
})

test.each(invalid.vectors)('invalid vector: $role: $description', ({ role, message, limits, error }) => {
  const tree = new ReconcileTree()
  const initiator = new Initiator(tree, limits)
  initiator.open()
  const take = role === 'initiator' ? () => initiator.next(unhex(message)) : () => respond(tree, unhex(message), limits)
  expect(take).toThrow(ReconcileError)
  expect(take).toThrow(expect.objectContaining({ code: error }))
})
