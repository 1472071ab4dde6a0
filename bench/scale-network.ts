import { rowsOfNetwork } from './scale-network-rows.ts'
import { simulated } from './simulation.ts'
import type { NetworkResult, NetworkSettings } from '@stoa/simulator'
import type { BenchInit } from './bench-init.ts'
import type { NetworkPoint } from './scale-network-rows.ts'
import type { Row } from './table.ts'

const SIZES = [50, 100, 200, 500, 1_000]
/** Of the whole network, whatever its size. With two of them the cost of a message is told from that of being there. */
const RATES = [2, 20] as const
const SETTINGS = {
  seed: '1',
  topology: { random: 8 },
  latencyMs: [50, 150],
  bytesPerSecond: 2_500_000,
  loss: 0,
  messageBytes: 2_048,
  durationMs: 5_000,
} as const satisfies Partial<NetworkSettings>

/** What gossip costs one node, against the number of nodes: simulated networks, each in a process of its own. */
export async function run(_rounds: number, { sizes = SIZES, keep }: BenchInit): Promise<Row[]> {
  const points: NetworkPoint[] = []
  for (const nodes of sizes) {
    const runs: NetworkPoint['runs'] = []
    for (const rate of RATES) {
      const dilation = dilationOf(nodes, rate)
      runs.push(figuresOf(await simulated({ ...SETTINGS, nodes, rate, dilation }), rate))
    }
    points.push({ nodes, messageBytes: SETTINGS.messageBytes, runs })
    keep(rowsOfNetwork(points), points)
  }
  return rowsOfNetwork(points)
}

/** Four times the CPU that a node takes for each message: a core that is busier shows in the delays. The choice that a simulation makes for itself takes longer than it runs. */
function dilationOf(nodes: number, rate: number): number {
  return Math.max(1, nodes * (rate * 0.002 + 0.002))
}

function figuresOf(result: NetworkResult, rate: number): NetworkPoint['runs'][number] {
  const { bytes, delaysMs, dilation, duplicates, machine, messages, validity } = result
  const seconds = SETTINGS.durationMs / 1_000
  return {
    rate,
    cpuMsPerNodeSecond: result.cpuMsPerNodeSecond,
    memoryBytesPerNode: result.bytesOfMemoryPerNode,
    receivedBytesPerNodeSecond: bytes.receivedPerNode.mean / seconds,
    sentBytesPerNodeSecond: bytes.sentPerNode.mean / seconds,
    bytesPerDelivery: bytes.perDelivery,
    duplicates: duplicates.mean,
    deliveredShare: messages.share,
    p50Ms: delaysMs?.p50 ?? Infinity,
    p99Ms: delaysMs?.p99 ?? Infinity,
    dilation,
    wallSeconds: machine.wallSeconds,
    invalid: validity.isValid ? [] : validity.reasons,
  }
}
