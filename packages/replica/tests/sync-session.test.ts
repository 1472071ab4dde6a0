import { random } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { entryOf, meet, ModelSet } from './sync-model.ts'
import type { Random } from '@stoa/testkit'

/** Two sets that share `common` entries. */
function twoSets(source: Random, common: number, onlyA: number, onlyB: number): [ModelSet, ModelSet] {
  const [a, b] = [new ModelSet(), new ModelSet()]
  for (let i = 0; i < common; i++) {
    const entry = entryOf(source)
    a.add(entry)
    b.add(entry)
  }
  for (let i = 0; i < onlyA; i++) a.add(entryOf(source))
  for (let i = 0; i < onlyB; i++) b.add(entryOf(source))
  return [a, b]
}

describe('one session', () => {
  test.each([
    [0, 0, 0],
    [50, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [0, 3_000, 0],
    [0, 0, 3_000],
    [2_000, 100, 100],
    [100, 2_000, 2_500],
  ])('makes sets equal that share %i entries and have %i and %i of their own', (common, onlyA, onlyB) => {
    const source = random(`session ${common} ${onlyA} ${onlyB}`)
    const [a, b] = twoSets(source, common, onlyA, onlyB)
    const { initiator, responder } = meet(a, b, { random: source })

    expect(a.keys).toEqual(b.keys)
    expect(initiator).toMatchObject({ outcome: 'done', received: onlyB, sent: onlyA })
    expect(responder).toMatchObject({ outcome: 'done', received: onlyA, sent: onlyB })
    expect(a.ingested + b.ingested).toBe(onlyA + onlyB)
    expect([a.claims.size, b.claims.size]).toEqual([0, 0])
  })

  test('of equal sets takes one round and less than 1 KB', () => {
    const source = random('equal')
    const [a, b] = twoSets(source, 10_000, 0, 0)
    const { initiator, bytesIn, bytesOut } = meet(a, b, { random: source })

    expect(initiator).toMatchObject({ outcome: 'done', rounds: 1 })
    expect(bytesIn + bytesOut).toBeLessThan(1_000)
  })
})
