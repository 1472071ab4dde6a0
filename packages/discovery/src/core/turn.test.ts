import { expect, test } from 'vitest'
import fc from 'fast-check'
import { dialsFirst } from './turn.ts'

test('of any two peers, one and only one dials first', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 2 }), ([a = '', b = '']) => {
      expect(dialsFirst(a, b)).toBe(!dialsFirst(b, a))
    }),
  )
})

test('nobody has the first turn with nearly all or nearly none', () => {
  const peers = Array.from({ length: 200 }, (_, n) => `12D3KooW${(n * 2_654_435_761).toString(36)}`)
  for (const self of peers) {
    const turns = peers.filter(other => other !== self && dialsFirst(self, other)).length
    expect(turns).toBeGreaterThan(50)
    expect(turns).toBeLessThan(150)
  }
})
