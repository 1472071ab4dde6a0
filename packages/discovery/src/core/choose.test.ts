import { expect, test } from 'vitest'
import fc from 'fast-check'
import { choose, sample } from './choose.ts'

const candidate = fc.record({
  peer: fc.uuid(),
  proven: fc.boolean(),
  network: fc.constantFrom('ip4/1.1', 'ip4/2.2', 'ip4/3.3', 'ip6/2001:db8'),
})
const candidates = fc.array(candidate, { minLength: 1, maxLength: 30 })
const occupied = fc
  .dictionary(fc.constantFrom('ip4/1.1', 'ip4/2.2', 'ip4/3.3'), fc.integer({ min: 0, max: 9 }))
  .map(counts => new Map(Object.entries(counts)))
const draws = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
const drawing = (stream: Iterator<number>) => () => stream.next().value as number

test('diversity is a preference and never an exclusion: while there are candidates, one is chosen', () => {
  fc.assert(
    fc.property(candidates, occupied, draws, (list, counts, stream) => {
      expect(list).toContain(choose(list, counts, 0.75, drawing(stream)))
    }),
  )
})

test('of those as well proven as the chosen one, none is of a network that we have fewer of', () => {
  fc.assert(
    fc.property(candidates, occupied, draws, (list, counts, stream) => {
      const chosen = choose(list, counts, 0.5, drawing(stream))
      const rivals = list.filter(({ proven }) => proven === chosen?.proven)
      const fewest = Math.min(...rivals.map(({ network }) => counts.get(network) ?? 0))
      expect(counts.get(chosen?.network ?? '') ?? 0).toBe(fewest)
    }),
  )
})

test('on one network alone, everybody has a chance', () => {
  const list = ['a', 'b', 'c'].map(peer => ({ peer, proven: false, network: 'ip4/127.0' }))
  const chosen = [0, 0.4, 0.9].map(at => choose(list, new Map([['ip4/127.0', 12]]), 0.75, () => at)?.peer)
  expect(new Set(chosen)).toEqual(new Set(['a', 'b', 'c']))
})

test('nobody is chosen of nobody', () => {
  expect(choose([], new Map(), 0.75, () => 0)).toBeUndefined()
})

test('a sample has no item twice and is as long as it can be', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer()), fc.nat(40), draws, (items, count, stream) => {
      const taken = sample(items, count, drawing(stream))
      expect(new Set(taken).size).toBe(Math.min(count, items.length))
      expect(items).toEqual(expect.arrayContaining(taken))
    }),
  )
})
