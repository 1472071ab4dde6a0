import { noGoal } from './table.ts'
import type { Row } from './table.ts'

/** What was measured at one rate of messages of the whole network. Per node, means over the nodes; CPU is of all threads. */
export interface NetworkRun {
  rate: number
  cpuMsPerNodeSecond: number
  memoryBytesPerNode: number
  receivedBytesPerNodeSecond: number
  sentBytesPerNodeSecond: number
  bytesPerDelivery: number
  duplicates: number
  deliveredShare: number
  p50Ms: number
  p99Ms: number
  dilation: number
  wallSeconds: number
  /** Why the figures do not hold. Empty: they do. */
  invalid: string[]
}

export interface NetworkPoint {
  nodes: number
  messageBytes: number
  runs: NetworkRun[]
}

/** CPU of a node: what it takes with no message, and what each one adds. A line through the slowest and the fastest rate. */
export function cpuOf({ runs }: NetworkPoint): { idleMsPerSecond: number; msPerMessage: number } {
  const [slow, fast] = [runs[0]!, runs.at(-1)!]
  const msPerMessage = (fast.cpuMsPerNodeSecond - slow.cpuMsPerNodeSecond) / (fast.rate - slow.rate)
  return { idleMsPerSecond: slow.cpuMsPerNodeSecond - slow.rate * msPerMessage, msPerMessage }
}

/** Each figure beside that of the smallest network: the ratio is how it grows. */
export function rowsOfNetwork(points: readonly NetworkPoint[]): Row[] {
  const [least] = points.toSorted((a, b) => a.nodes - b.nodes)
  if (least === undefined) return []
  return points.flatMap(point => {
    const reasons = point.runs.flatMap(({ invalid }) => invalid)
    const row = (what: string, unit: string, figure: (of: NetworkPoint) => number): Row => ({
      ...noGoal('less', {
        what: `${point.nodes.toLocaleString('en')} nodes, ${what}`,
        unit,
        ours: figure(point),
        against: `at ${least.nodes}`,
        theirs: figure(least),
      }),
      ...(reasons.length > 0 && { invalid: `${point.nodes.toLocaleString('en')} nodes: ${reasons.join('; ')}` }),
    })
    const at = (rate: number): string => `at ${rate} messages/s`
    const fast = (of: NetworkPoint): NetworkRun => of.runs.at(-1)!
    return [
      row('CPU of a node without messages', 'ms/s', of => cpuOf(of).idleMsPerSecond),
      row('CPU of a message at a node', 'ms', of => cpuOf(of).msPerMessage),
      row(`CPU of a node, ${at(fast(point).rate)}`, 'ms/s', of => fast(of).cpuMsPerNodeSecond),
      row('memory of a node', 'MB', of => fast(of).memoryBytesPerNode / 1e6),
      row(`received by a node, ${at(fast(point).rate)}`, 'kB/s', of => fast(of).receivedBytesPerNodeSecond / 1e3),
      row('duplicates of a message', '', of => fast(of).duplicates),
      row('delay of a delivery, p99', 'ms', of => fast(of).p99Ms),
    ]
  })
}
