import fc from 'fast-check'
import { random } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { Cabling } from './link/cabling.ts'
import { planOf } from './plan.ts'
import { resolveSettings } from './settings.ts'
import { DilatedTime } from './time/dilated-time.ts'

test('the same seed gives the same links, latencies and messages; another gives others', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 10, max: 40 }), (seed, nodes) => {
      const settings = resolveSettings({ seed, nodes, topology: { random: 4 } })
      expect(planOf(settings)).toEqual(planOf(settings))
      expect(planOf({ ...settings, seed: `${seed}!` })).not.toEqual(planOf(settings))
    }),
    { numRuns: 20 },
  )
})

test('messages come one in each slot of the rate, within the duration, from nodes that there are', () => {
  const settings = resolveSettings({ nodes: 7, topology: 'ring', rate: 20, durationMs: 10_000 })
  const { messages } = planOf(settings)
  expect(messages).toHaveLength(200)
  for (const [index, { atMs, node }] of messages.entries()) {
    expect(Math.floor(atMs / 50)).toBe(index)
    expect(node).toBeLessThan(7)
  }
})

test('latencies are of the range', () => {
  const { links } = planOf(resolveSettings({ nodes: 50, latencyMs: [50, 150] }))
  const latencies = links.map(({ latencyMs }) => latencyMs).sort((one, other) => one - other)
  expect(latencies[0]).toBeGreaterThanOrEqual(50)
  expect(latencies.at(-1)).toBeLessThan(150)
  expect(latencies.at(-1)! - latencies[0]!).toBeGreaterThan(80)
})

test('the same seed loses the same segments on each link', () => {
  const settings = resolveSettings({ nodes: 3, topology: 'full', loss: 0.3 })
  const fate = (seed: string) => {
    const cabling = new Cabling(settings, planOf(settings), new DilatedTime(1), random(seed))
    const schedule = cabling.schedule(0, 2)
    return Array.from({ length: 40 }, () => schedule.arrival(1_000, 0, cabling.link(0, 2)).retransmissions)
  }
  expect(fate('one')).toEqual(fate('one'))
  expect(fate('one')).not.toEqual(fate('other'))
  expect(fate('one').some(count => count > 0)).toBe(true)
})
