import { random } from '@stoa/testkit'
import { Cabling } from './link/cabling.ts'
import { simulatedNode } from './simulated-node.ts'
import { waitUntil } from './wait.ts'
import type { Random } from '@stoa/testkit'
import type { Collector } from './collector.ts'
import type { Plan } from './plan.ts'
import type { NetworkSettings } from './settings.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { DilatedTime } from './time/dilated-time.ts'

export interface Traffic {
  receivedBytes: number
  sentBytes: number
}

/** What is left to the machine for a node to join, in ms of real time: it costs about 35 of them, and heartbeats are spread by it. */
const JOIN_REAL_MS = 60
/** Nodes that are stopped at one time. */
const PARALLEL_STOPS = 16

/** The nodes of a run, joining one after the other as the plan says. */
export class SimulatedNetwork {
  readonly nodes: SimulatedNode[] = []
  readonly #settings: NetworkSettings
  readonly #plan: Plan
  readonly #collector: Collector
  readonly #time: DilatedTime
  readonly #source: Random
  readonly #cabling: Cabling
  readonly #startedMs: number[] = []

  constructor(settings: NetworkSettings, plan: Plan, collector: Collector, time: DilatedTime) {
    this.#settings = settings
    this.#plan = plan
    this.#collector = collector
    this.#time = time
    this.#source = random(settings.seed)
    this.#cabling = new Cabling(settings, plan, time, this.#source.fork('links'))
  }

  /** Resolves when all nodes have started and dialled those that the plan names. */
  async join(signal: AbortSignal | undefined): Promise<void> {
    const { nodes } = this.#settings
    const pauses = this.#source.fork('pauses')
    const joining: Array<Promise<void>> = []
    for (let index = 0; index < nodes; index++) {
      // at equal steps a second would hold only so many moments, and all heartbeats would fall into those
      const nextMs = this.#time.now() + ((0.5 + pauses.next()) * JOIN_REAL_MS) / this.#time.dilation
      const node = await simulatedNode(index, this.#settings, this.#source, this.#cabling, this.#collector)
      this.nodes.push(node)
      joining.push(this.#start(index, node))
      await waitUntil(this.#time, nextMs, signal)
    }
    await Promise.all(joining)
  }

  /** False when it was sent to nobody. */
  async publish(node: number, index?: number): Promise<boolean> {
    const payload = this.#collector.payload(this.#settings.messageBytes, index)
    if (index !== undefined) this.#collector.published(index, node, this.#time.now())
    const { recipients } = await this.nodes[node]!.topic.publish(payload)
    return recipients > 0
  }

  get isMeshed(): boolean {
    return this.nodes.every(({ meshedMs }) => meshedMs !== undefined)
  }

  traffic(): Traffic[] {
    return this.nodes.map(({ libp2p }) => {
      const { receivedBytes, sentBytes } = libp2p.services.broadcast.counters
      return { receivedBytes, sentBytes }
    })
  }

  meshDegrees(): number[] {
    return this.nodes.map(({ topic }) => topic.meshSize)
  }

  droppedByReaders(): number {
    return this.nodes.reduce((sum, { topic }) => sum + topic.counters.droppedBySlowConsumer, 0)
  }

  joinsMs(): number[] {
    return this.nodes.flatMap(({ meshedMs }, index) =>
      meshedMs === undefined ? [] : [meshedMs - this.#startedMs[index]!],
    )
  }

  async stop(): Promise<void> {
    // closing each politely would take a thousand nodes minutes
    for (const { libp2p } of this.nodes) {
      for (const connection of libp2p.getConnections()) connection.abort(new Error('the simulation is over'))
    }
    const queue = this.nodes.values()
    const worker = async () => {
      for (const { libp2p } of queue) await libp2p.stop()
    }
    await Promise.all(Array.from({ length: PARALLEL_STOPS }, worker))
  }

  async #start(index: number, node: SimulatedNode): Promise<void> {
    this.#startedMs[index] = this.#time.now()
    await node.libp2p.start()
    const neighbours = this.#plan.links.filter(({ later }) => later === index)
    await Promise.all(neighbours.map(({ earlier }) => node.libp2p.dial(this.nodes[earlier]!.libp2p.getMultiaddrs())))
  }
}
