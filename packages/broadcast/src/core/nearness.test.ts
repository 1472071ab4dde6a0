import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Bearers, MAX_NEARNESS, nearness } from './nearness.ts'
import { PEER_SCORE, SCORE_THRESHOLDS, TOPIC_SCORE } from './scoring.ts'

test('who is nearer is worth more, and nobody more than the most', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(10_000), (one, other) => {
      const [near, far] = [nearness(Math.min(one, other)), nearness(Math.max(one, other))]
      expect(near).toBeGreaterThanOrEqual(far)
      expect(near).toBeLessThanOrEqual(MAX_NEARNESS)
      expect(far).toBeGreaterThan(0)
    }),
  )
})

test('a peer that was not asked yet is neither near nor beyond all others', () => {
  expect(nearness(undefined)).toBeLessThan(nearness(300))
  expect(nearness(undefined)).toBeGreaterThan(nearness(500))
})

test('nothing that a peer can earn pays for its second invalid message', () => {
  const { timeInMeshWeight, timeInMeshCap, firstMessageDeliveriesWeight, firstMessageDeliveriesCap } = TOPIC_SCORE
  const earned = Math.min(
    PEER_SCORE.topicScoreCap,
    timeInMeshWeight * timeInMeshCap + firstMessageDeliveriesWeight * firstMessageDeliveriesCap,
  )
  const two = TOPIC_SCORE.invalidMessageDeliveriesWeight * 2 ** 2
  expect(earned + MAX_NEARNESS + two).toBeLessThan(SCORE_THRESHOLDS.gossipThreshold)
})

test('a mesh peer that brings nothing while others do is silent, until it brings something', () => {
  const bearers = new Bearers()
  bearers.grafted('quiet', 'a')
  bearers.grafted('busy', 'a')
  for (let message = 0; message < 64; message++) bearers.brought('busy', 'a')
  expect(bearers.isSilent('quiet')).toBe(false)
  bearers.brought('busy', 'a')
  expect([bearers.isSilent('quiet'), bearers.isSilent('busy')]).toEqual([true, false])
  bearers.brought('quiet', 'a')
  expect(bearers.isSilent('quiet')).toBe(false)
})

test('what others bring on a topic is not asked of peers that share another with us', () => {
  const bearers = new Bearers()
  bearers.grafted('peer', 'a')
  bearers.grafted('other', 'b')
  for (let message = 0; message < 100; message++) bearers.brought('other', 'b')
  expect(bearers.isSilent('peer')).toBe(false)
  bearers.grafted('peer', 'b')
  for (let message = 0; message < 100; message++) bearers.brought('other', 'b')
  // quiet on one, and nothing happens on the other
  expect(bearers.isSilent('peer')).toBe(false)
})

test('who left a mesh owes nothing, and who comes back begins anew', () => {
  const bearers = new Bearers()
  bearers.grafted('peer', 'a')
  bearers.grafted('other', 'a')
  for (let message = 0; message < 100; message++) bearers.brought('other', 'a')
  bearers.keep(new Map([['a', new Set(['other'])]]))
  expect(bearers.isSilent('peer')).toBe(false)
  bearers.grafted('peer', 'a')
  expect(bearers.isSilent('peer')).toBe(false)
})
