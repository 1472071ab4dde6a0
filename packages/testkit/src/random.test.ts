import fc from 'fast-check'
import { expect, test } from 'vitest'
import { random, xoshiro128 } from './random.ts'
import type { Random } from './random.ts'

test('xoshiro128** gives the values of its reference implementation for the state 1, 2, 3, 4', () => {
  const next = xoshiro128([1, 2, 3, 4])
  expect(Array.from({ length: 10 }, next)).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ])
})

const drawn = (source: Random) => Array.from({ length: 20 }, () => source.uint32())

test('the same seed gives the same values, another seed others', () => {
  const draw = (seed: number | string) => drawn(random(seed))
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).toEqual(draw('7'))
  expect(draw(7)).not.toEqual(draw(8))
})

test('a fork depends on the seed and its label, not on what was drawn before', () => {
  const used = random(1)
  used.bytes(100)
  expect(used.fork('a').next()).toBe(random(1).fork('a').next())
  expect(used.fork('a').next()).not.toBe(used.fork('b').next())
})

test('int stays within its bounds and reaches both', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1_000, max: 1_000 }), fc.nat(5), (seed, min, span) => {
      const source = random(seed)
      const drawn = new Set(Array.from({ length: 300 }, () => source.int(min, min + span)))
      expect([...drawn].toSorted((a, b) => a - b)).toEqual(Array.from({ length: span + 1 }, (_, i) => min + i))
    }),
  )
})

test('next is spread evenly', () => {
  const source = random('spread')
  const counts = Array.from({ length: 10 }, () => 0)
  for (let i = 0; i < 10_000; i++) counts[Math.floor(source.next() * 10)]!++
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150)
})

test('shuffle gives the same values in another order and leaves the original alone', () => {
  const values = Array.from({ length: 50 }, (_, i) => i)
  const shuffled = random(3).shuffle(values)
  expect(shuffled).not.toEqual(values)
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(values)
})
