import { broadcast } from '@stoa/broadcast'
import { direct } from '@stoa/direct'
import { createNetwork } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { measure } from '../src/index.ts'
import { QUICK } from './network.ts'
import type { MeasureComponents } from '../src/index.ts'
import type { Services } from './network.ts'

test('histograms have each delivery and each exchange in seconds, the counters what happened since they were last asked', async () => {
  const observed: Record<string, number[]> = {}
  let calculate: () => Record<string, number> = () => ({})
  const metrics = {
    registerHistogram: (name: string) => {
      const values: number[] = (observed[name] = [])
      return { observe: (value: number) => values.push(value) }
    },
    registerCounterGroup: (_: string, options: { calculate: typeof calculate }) => {
      calculate = options.calculate
    },
  }
  const withMetrics = (components: MeasureComponents, name: string | symbol): unknown =>
    name === 'metrics' ? metrics : Reflect.get(components, name)
  await using network = await createNetwork<Services>({
    size: 3,
    services: index =>
      ({
        broadcast: broadcast(),
        direct: direct(),
        measure: (components: MeasureComponents) =>
          // libp2p's components are a proxy: a copy of it would be empty
          measure()(index === 0 ? new Proxy(components, { get: withMetrics }) : components),
      }) as never,
  })
  const service = network.node(0).services.measure
  const { delaysMs } = await service.propagation({ ...QUICK, receivers: 2 })
  const { stoa_measure_propagation_seconds: delays, stoa_measure_rtt_seconds: rtts } = observed
  expect(delays).toHaveLength(10)
  expect(Math.max(...delays!)).toBeCloseTo(delaysMs!.max / 1_000)
  expect(rtts!.length).toBeGreaterThanOrEqual(2 * 7)
  expect(calculate()).toMatchObject({ answersTaken: 2, answersRefused: 0 })
  expect(calculate()).toMatchObject({ answersTaken: 0 })
})
