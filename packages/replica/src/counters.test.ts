import { expect, test } from 'vitest'
import { countsSinceLast, noCounts } from './counters.ts'

test('metrics are told what was added since they last asked', () => {
  const counters = noCounts()
  const read = countsSinceLast(counters)
  counters.verdicts.new = 3
  counters.published = 2
  expect(read()).toMatchObject({ new: 3, published: 2, known: 0 })
  counters.verdicts.new = 4
  expect(read()).toMatchObject({ new: 1, published: 0 })
})
