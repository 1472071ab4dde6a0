import { MAX_LOOP_DELAY_MS } from '../validity.ts'
import { bitRate, bytes, count, factor, milliseconds, number, percent, seconds, span } from './format.ts'
import type { NetworkResult } from '../result.ts'
import type { NetworkSettings } from '../settings.ts'

/** Share of the time that the main thread is busy beyond which that shows in the delays (docs/network-simulation.md). */
const BUSY = 0.5
/** Where it does not. */
const CALM = 0.25

/** Lines of a table: what, and how much. */
export type Rows = Array<[what: string, value: string]>

export function settingRows(settings: NetworkSettings): Rows {
  const { latencyMs, loss, messageBytes, rate, durationMs, settleMs } = settings
  return [
    ['nodes', count(settings.nodes)],
    ['topology', topologyWords(settings.topology)],
    ['latency of a link, one way', `${number(latencyMs[0])} to ${number(latencyMs[1])} ms`],
    ['bandwidth of a link, each way', bitRate(settings.bytesPerSecond)],
    ['loss', percent(loss)],
    ['size of a message', bytes(messageBytes)],
    ['rate', `${number(rate)} messages a second`],
    ['published for', seconds(durationMs)],
    ['settling before', seconds(settleMs)],
    ['gossip', gossipWords(settings.gossip)],
    ['seed', settings.seed],
  ]
}

export function topologyWords(topology: NetworkSettings['topology']): string {
  return typeof topology === 'string' ? topology : `each node has at least ${topology.random} random neighbours`
}

/** `D=6 heartbeatMs=700`, or that nothing was changed. */
export function gossipWords(gossip: NetworkSettings['gossip']): string {
  const changed = Object.entries(gossip)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name === 'heartbeatInterval' ? 'heartbeatMs' : name}=${JSON.stringify(value)}`)
  return changed.length === 0 ? 'the defaults of broadcast' : changed.join(' ')
}

export function machineRows({ machine, dilation, settings, validity }: NetworkResult): Rows {
  return [
    ['processor', `${machine.cpu}, ${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}`],
    ['Node', machine.node],
    ['dilation', dilationWords(dilation, settings.dilation)],
    ['event-loop delay p99, of the network', milliseconds(validity.loopDelayMs.p99)],
    ['event-loop delay p99, of the machine', milliseconds(validity.loopDelayMs.realP99)],
    ['main thread busy', percent(Math.min(1, validity.loopUtilization))],
    ['took', `${span(machine.wallSeconds)}, ${span(machine.cpuSeconds)} of CPU`],
    ['memory at most', `${bytes(machine.peakRssBytes)} resident`],
  ]
}

export function dilationWords(dilation: number, asked: NetworkSettings['dilation']): string {
  const how = asked === 'auto' ? ', chosen by the load' : ', as asked for'
  return dilation === 1 ? `1: real time${how}` : `${factor(dilation)}: time ran ${factor(dilation)} times slower${how}`
}

/** One sentence for each thing that is wrong, or the one that says that nothing is. */
export function validityWords({ validity, dilation }: NetworkResult): string[] {
  if (!validity.isValid) return validity.reasons.map(sentence)
  const { p99 } = validity.loopDelayMs
  const kept =
    `The machine kept up: the event loop was late by ${milliseconds(p99)} at p99 in the time of the network ` +
    `(dilation ${factor(dilation)}), the limit is ${milliseconds(MAX_LOOP_DELAY_MS)}.`
  const busy = validity.loopUtilization
  if (busy <= BUSY) return [kept]
  return [
    kept,
    `But its main thread was busy ${percent(Math.min(1, busy))} of the time, and nodes waited for each other on it: delays are longer than those of the ` +
      `network. A dilation of ${factor(Math.ceil((dilation * busy) / CALM))} would show less of it.`,
  ]
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

/** Undefined when all arrived. */
export function lossWords({ messages }: NetworkResult): string | undefined {
  const missing = messages.expected - messages.delivered
  if (missing <= 0) return undefined
  return `${count(missing)} of ${count(messages.expected)} deliveries did not happen: ${percent(messages.share)} were delivered.`
}

/** Whether the figures may be relied on, and all that was published arrived. */
export function isGood(result: NetworkResult): boolean {
  return result.validity.isValid && result.messages.delivered >= result.messages.expected
}

export function figureRows(result: NetworkResult): Rows {
  const { messages, duplicates, bytes: traffic, meshDegree } = result
  return [
    [
      'delivered',
      `${percent(messages.share)}: ${count(messages.delivered)} of ${count(messages.expected)}, ${count(messages.published)} messages`,
    ],
    ['duplicates', `${number(duplicates.mean)} a delivery`],
    [
      'received',
      `${bytes(traffic.perDelivery)} a delivery; ${percent(traffic.payloadShare)} of it is the message itself`,
    ],
    ['mesh degree', `${number(meshDegree.mean)} in the mean`],
    ['CPU', `${number(result.cpuMsPerNodeSecond)} ms a node and second`],
    ['memory', `${bytes(result.bytesOfMemoryPerNode)} a node`],
  ]
}

/** A head and a line for each quantity that differs from node to node or from message to message. */
export function spreadRows({ delaysMs, completeMs, bytes: traffic, joinMs }: NetworkResult): string[][] {
  return [
    ['', 'least', 'p50', 'p90', 'p99', 'most'],
    spread('delay of a delivery', delaysMs, milliseconds),
    spread('until the last node has it', completeMs, milliseconds),
    spread('received by a node', traffic.receivedPerNode, bytes),
    spread('sent by a node', traffic.sentPerNode, bytes),
    spread('from start to a mesh', joinMs, milliseconds),
  ]
}

function spread(what: string, of: NetworkResult['delaysMs'], words: (value: number) => string): string[] {
  if (of === undefined) return [what, '–', '–', '–', '–', '–']
  return [what, ...[of.min, of.p50, of.p90, of.p99, of.max].map(words)]
}
