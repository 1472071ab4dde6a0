import { expect, test } from 'vitest'
import { breaksOf, demandOf, measuredOf } from './scale-model.ts'
import type { NetworkPoint, NetworkRun } from './scale-network-rows.ts'
import type { ReplicaPoint } from './scale-replica-rows.ts'

const runOf = (rate: number, cpuMsPerNodeSecond: number, p99Ms: number): NetworkRun => ({
  rate,
  cpuMsPerNodeSecond,
  memoryBytesPerNode: 2e6,
  receivedBytesPerNodeSecond: 0,
  sentBytesPerNodeSecond: 0,
  bytesPerDelivery: 4 * 2_148,
  duplicates: 3,
  deliveredShare: 1,
  p50Ms: 100,
  p99Ms,
  dilation: 1,
  wallSeconds: 1,
  invalid: [],
})
const networks: NetworkPoint[] = [
  { nodes: 200, messageBytes: 2_048, runs: [runOf(2, 3, 400), runOf(20, 12, 410)] },
  { nodes: 800, messageBytes: 2_048, runs: [runOf(2, 5, 440), runOf(20, 40, 700)] },
]
const synced = { seconds: 100, cpuMs: 1, servingCpuMs: 1, receivedBytes: 5e8, sentBytes: 5e7 }
const replicas: ReplicaPoint[] = [
  {
    offers: 1_000_000,
    fileBytes: 4.9e8,
    fromFile: { seconds: 90, cpuMs: 150_000 },
    firstSync: [synced],
    steady: { sessions: 1, bytesPerSession: 1, cpuMsPerSession: 1, servingCpuMsPerSession: 1, idleCpuMsPerSecond: 1 },
    catchUp: [],
    start: [{ seconds: 5, heapBytes: 4.5e8, residentBytes: 1e9 }],
  },
]
const measured = measuredOf(networks, replicas)

test('costs are those of the largest sizes, CPU of one that does not share a large heap; a message’s is the slope between two rates', () => {
  expect(measured).toMatchObject({
    nodes: 800,
    cpuNodes: 200,
    offers: 1_000_000,
    gossipMsPerMessage: 0.5,
    idleMsPerSecond: 2,
  })
  expect(measured).toMatchObject({
    takeMsPerEntry: 0.15,
    heapBytesPerOffer: 450,
    offersPerSecond: 10_000,
    bytesBesideCopy: 100,
  })
})

test('the delay grows by what a doubling of the measured networks added, all else with the nodes', () => {
  expect(demandOf(3_200, measured).p99Ms).toBeCloseTo(480)
  expect(demandOf(100, measured).p99Ms).toBe(440)
  const [small, large] = [demandOf(10_000, measured), demandOf(20_000, measured)]
  expect(large.receivedBytesPerSecond / small.receivedBytesPerSecond).toBeCloseTo(2)
  expect(large.heapBytes / small.heapBytes).toBeCloseTo(2)
  expect(large.cpuShare - 0.002).toBeCloseTo(2 * (small.cpuShare - 0.002))
})

test('budgets give way where docs/scale.md says', () => {
  const breaks = breaksOf(measured)
  const nodesOf = (what: string): number[] =>
    breaks.filter(each => each.what.startsWith(what)).map(({ nodes }) => Math.floor(nodes))
  expect(nodesOf('letters')).toEqual([2_184, 4_369])
  expect(nodesOf('mail keys')).toEqual([16_384, 32_768])
  expect(nodesOf('offers')).toEqual([52_428, 104_857])
  expect(nodesOf('leases')).toEqual([65_536, 131_072])
})

test('at the number of nodes at which gossip takes half a core it does', () => {
  const { nodes } = breaksOf(measured).find(({ what }) => what.startsWith('gossip takes half a core'))!
  expect(demandOf(nodes, measured).cpuShare).toBeCloseTo(0.5)
})
