import { expect, test } from 'vitest'
import type { TestContext } from 'vitest'
import { simulateNetwork } from '../src/index.ts'
import { planOf } from '../src/plan.ts'
import { resolveSettings } from '../src/settings.ts'
import type { NetworkResult, NetworkSettings } from '../src/index.ts'

/** Few nodes, over in seconds. */
const QUICK: Partial<NetworkSettings> = {
  seed: 'honest',
  bytesPerSecond: Infinity,
  loss: 0,
  settleMs: 1_500,
  durationMs: 2_000,
  rate: 15,
  messageBytes: 1_000,
  dilation: 1,
}
/** Linux's smallest retransmission timeout, as testkit has it. */
const RETRANSMIT_MS = 200

/** What each message takes to each node of a line, by the plan alone. */
function plannedDelays(settings: Partial<NetworkSettings>): number[] {
  const { links, messages } = planOf(resolveSettings(settings))
  const positions = [0]
  for (const { latencyMs } of links) positions.push(positions.at(-1)! + latencyMs)
  return messages.flatMap(({ node }) =>
    positions.filter((_, other) => other !== node).map(at => Math.abs(at - positions[node]!)),
  )
}

/** What was measured by a machine that did not keep up says nothing of links: it is run slower, and if that does not help, not judged. */
async function measured(settings: Partial<NetworkSettings>, context: TestContext): Promise<NetworkResult> {
  let result = await simulateNetwork(settings)
  for (const dilation of [2, 5]) {
    if (result.validity.isValid) break
    result = await simulateNetwork({ ...settings, dilation })
  }
  context.skip(!result.validity.isValid, `the machine is busy: ${result.validity.reasons.join('; ')}`)
  return result
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

test('the latency of each link of the plan is in what is measured, hop by hop', { timeout: 180_000 }, async context => {
  const settings: Partial<NetworkSettings> = { ...QUICK, nodes: 5, topology: 'line', latencyMs: [60, 140] }
  const planned = plannedDelays(settings)
  const { messages, delaysMs, duplicates } = await measured(settings, context)
  expect(messages.share).toBe(1)
  expect(delaysMs!.count).toBe(planned.length)
  // timers are not early; 0.01 is what 32 bits leave of a delay
  expect(delaysMs!.min).toBeGreaterThan(Math.min(...planned) - 0.01)
  expect(delaysMs!.max).toBeGreaterThan(Math.max(...planned) - 0.01)
  expect(delaysMs!.mean).toBeGreaterThan(mean(planned))
  expect(delaysMs!.mean).toBeLessThan(1.5 * mean(planned))
  expect(duplicates.mean).toBe(0)
})

test('a message takes the time that its bytes need on the link', { timeout: 180_000 }, async context => {
  const slow: Partial<NetworkSettings> = {
    ...QUICK,
    nodes: 2,
    topology: 'line',
    latencyMs: [10, 10],
    messageBytes: 20_000,
    rate: 2,
    bytesPerSecond: 100_000,
  }
  const { delaysMs } = await measured(slow, context)
  expect(delaysMs!.min).toBeGreaterThan(10 + 200)
  expect(delaysMs!.p50).toBeLessThan(2 * (10 + 200))
})

test('what is lost arrives a retransmission later, and only that', { timeout: 180_000 }, async context => {
  const settings: Partial<NetworkSettings> = { ...QUICK, nodes: 2, topology: 'line', latencyMs: [10, 10] }
  const whole = await measured(settings, context)
  const lossy = await measured({ ...settings, loss: 0.2 }, context)
  expect(whole.delaysMs!.p90).toBeLessThan(10 + RETRANSMIT_MS)
  expect(lossy.delaysMs!.p99).toBeGreaterThan(10 + RETRANSMIT_MS)
  expect(lossy.messages.share).toBe(1)
})

test('a machine that does not keep up makes a run invalid, and the figures are there all the same', async () => {
  let blocking: ReturnType<typeof setInterval> | undefined
  const result = await simulateNetwork(
    { ...QUICK, nodes: 3, topology: 'full', latencyMs: [5, 10] },
    {
      onProgress: ({ phase }) => {
        if (phase !== 'measuring') return
        blocking ??= setInterval(() => {
          const endMs = performance.now() + 60
          while (performance.now() < endMs);
        }, 100)
      },
    },
  )
  clearInterval(blocking)
  expect(result.validity.isValid).toBe(false)
  expect(result.validity.reasons.join()).toContain('the event loop was late by')
  expect(result.validity.loopDelayMs.p99).toBeGreaterThan(10)
  expect(result.delaysMs!.count).toBe(result.messages.delivered)
})
