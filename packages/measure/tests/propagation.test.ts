import { expect, test } from 'vitest'
import { measureNetwork, measureOf } from './network.ts'

test('a run reaches every node, and each answers once', async () => {
  await using network = await measureNetwork({ size: 4 })
  const report = await measureOf(network, 0).propagation({ count: 5, intervalMs: 20, answerMs: 20, receivers: 3 })
  expect(report).toMatchObject({ topic: 'all', probes: { sent: 5, bytes: 1_024 }, receivers: 3, reached: 1 })
})
