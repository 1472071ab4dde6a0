import { bytes } from '@stoa/codec'
import { loadProtocolOf, measureProtocolOf, probeCodec } from '../src/net/protocol.ts'
import { FULL_SHARE } from '../src/limits.ts'
import type { Topic } from '@stoa/broadcast'
import type { MeasureRequest, MeasureResponse, LoadRequest, LoadResponse } from '../src/gen/measure.js'
import type { SizedProbe } from '../src/net/protocol.ts'
import type { MeasureNetwork } from './network.ts'

export const MEASURE = measureProtocolOf('main')
const LOAD = loadProtocolOf('main')

/** A node without `measure()` that writes its protocols by hand. */
export interface HostileNode {
  readonly topic: Topic<Uint8Array>
  send(probe: Partial<SizedProbe>): Promise<void>
  /** Asks the node of this index. */
  ask(index: number, request: MeasureRequest): Promise<MeasureResponse>
  load(index: number, request: LoadRequest): Promise<LoadResponse>
}

export function hostileNode(network: MeasureNetwork, index: number): HostileNode {
  const { broadcast, direct } = network.node(index).services
  const topic = broadcast.topic('measured', bytes, { wireTopic: '/stoa/main/measure/all', signed: true })
  return {
    topic,
    send: async probe => {
      await topic.publish(probeCodec.encode(probeOf(probe)))
    },
    ask: (to, request) => direct.request(network.node(to).peerId, MEASURE, request),
    load: (to, request) => direct.request(network.node(to).peerId, LOAD, request),
  }
}

export function probeOf(over: Partial<SizedProbe> = {}): SizedProbe {
  const run = new Uint8Array(16).fill(9)
  return { run, seq: 0, count: 10_000, intervalMs: 60, answerMs: 10, share: FULL_SHARE, bytes: 64, ...over }
}
