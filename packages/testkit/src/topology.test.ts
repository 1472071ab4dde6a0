import fc from 'fast-check'
import { expect, test } from 'vitest'
import { random } from './random.ts'
import { edges } from './topology.ts'
import type { Edge } from './topology.ts'

const source = random('unused')

test('line, ring, star and full are what they are called', () => {
  expect(edges('none', 3, source)).toEqual([])
  expect(edges('line', 4, source)).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ])
  expect(edges('ring', 4, source)).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 0],
  ])
  expect(edges('ring', 2, source)).toEqual([[0, 1]])
  expect(edges('star', 4, source)).toEqual([
    [1, 0],
    [2, 0],
    [3, 0],
  ])
  expect(edges('full', 4, source)).toHaveLength(6)
  expect(edges('full', 1, source)).toEqual([])
})

test('a random topology is in one piece, has no double edge, and enough neighbours for everyone', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 8 }), (seed, size, degree) => {
      const found = edges({ random: degree }, size, random(seed))
      expect(new Set(found.map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`)).size).toBe(found.length)
      expect(found.every(([a, b]) => a !== b)).toBe(true)
      expect(reachable(found).size).toBe(size)
      for (let node = 0; node < size; node++) {
        const neighbours = found.filter(edge => edge.includes(node)).length
        expect(neighbours).toBeGreaterThanOrEqual(Math.min(degree, size - 1))
      }
    }),
  )
})

test('the same seed gives the same random topology, another seed another', () => {
  const from = (seed: number) => edges({ random: 3 }, 20, random(seed))
  expect(from(1)).toEqual(from(1))
  expect(from(1)).not.toEqual(from(2))
})

function reachable(found: readonly Edge[]): Set<number> {
  const seen = new Set([0])
  for (let before = 0; before !== seen.size;) {
    before = seen.size
    for (const [a, b] of found) {
      if (seen.has(a)) seen.add(b)
      if (seen.has(b)) seen.add(a)
    }
  }
  return seen
}
