import { expect, test } from 'vitest'
import { SimulatorError } from './errors.ts'
import { DEFAULTS, resolveSettings } from './settings.ts'
import type { NetworkSettings } from './settings.ts'

const REFUSED: Array<[given: Partial<NetworkSettings>, message: string]> = [
  [{ nodes: 1 }, 'nodes is 1, it takes an integer from 2 to 10,000'],
  [{ nodes: 5, topology: { random: 5 } }, 'topology.random is 5, it takes an integer from 1 to 4'],
  [{ latencyMs: [50, 20] }, 'latencyMs[1] is 20, it takes 50 to 3,600,000'],
  [{ loss: 1 }, 'loss is 1, it takes 0 up to but not 1'],
  [{ messageBytes: 70_000 }, 'messageBytes is 70000, it takes an integer from 8 to 65,000'],
  [{ rate: 0 }, 'rate is 0, it takes more than 0 messages a second'],
  [{ dilation: 0.5 }, 'dilation is 0.5, it takes 1 to 1,000'],
  [{ nodes: 10_000, rate: 1_000, durationMs: 60_000 }, 'rate x durationMs x nodes is 600,000,000 deliveries'],
  [{ gossip: { D: 6, Dhi: 5 } }, 'gossip.Dhi is 5, it takes an integer from D, 6'],
]

test.each(REFUSED)('%o is refused', (given, message) => {
  expect(() => resolveSettings(given)).toThrow(SimulatorError)
  expect(() => resolveSettings(given)).toThrow(message)
})

test('what is not given is as in the defaults', () => {
  expect(resolveSettings({ nodes: 20 })).toEqual({ ...DEFAULTS, nodes: 20 })
})

test.each([1, 2, 3, 4, 5, 6, 8, 12])('a mesh of D %d alone is taken', D => {
  expect(resolveSettings({ gossip: { D } }).gossip).toEqual({ D })
})

test('what goes with D is looked at together with what broadcast makes of it', () => {
  expect(() => resolveSettings({ gossip: { D: 8, Dhi: 6 } })).toThrow('gossip.Dhi is 6, it takes an integer from D, 8')
  expect(() => resolveSettings({ gossip: { Dlo: 5 } })).toThrow('gossip.Dlo is 5')
})
