import { until } from '@stoa/testkit'
import { newTopic } from './node.ts'
import { PeerError } from './peer.ts'
import type { Counts } from './commands.ts'
import type { Implementation } from './implementations.ts'
import type { Lab } from './lab.ts'
import type { Kind, Node } from './node.ts'

/** To which nodes each dials, around the ring: six neighbours, as many as a mesh has. */
const STEPS = [1, 2, 5]
/** D_low of gossipsub: below, a node grafts. */
const LEAST_MESH = 4

interface Member {
  kind: Kind
  node: Node
}

export interface Summary {
  title: string
  nodes: number
  delivered: number
  duplicates: number
}

/** Nodes of several implementations on one topic, mixed around a ring. */
export class MixedNetwork {
  readonly topic: string
  readonly #members: readonly Member[]

  private constructor(topic: string, members: readonly Member[]) {
    this.topic = topic
    this.#members = members
  }

  /** Those that do not speak gossipsub are left out; the others have equally many nodes. */
  static async start(lab: Lab, kinds: readonly Implementation[], size: number): Promise<MixedNetwork> {
    const topic = newTopic()
    const speakers: Member[] = []
    for (const kind of ['ours' as const, ...kinds]) {
      const first = await memberOf(lab, kind, 0, topic)
      if (first !== undefined) speakers.push(first)
    }
    const each = Math.floor(size / speakers.length)
    const others = Array.from({ length: each - 1 }, (_, round) =>
      speakers.map(({ kind }) => ({ kind, number: round + 1 })),
    )
    const started = await Promise.all(others.flat().map(({ kind, number }) => memberOf(lab, kind, number, topic)))
    const network = new MixedNetwork(topic, [...speakers, ...started.filter(member => member !== undefined)])
    await network.#connect()
    await network.#isMeshed()
    return network
  }

  get nodes(): Node[] {
    return this.#members.map(({ node }) => node)
  }

  counts(): Promise<Counts[]> {
    return Promise.all(this.nodes.map(node => node.call('counts', { topic: this.topic })))
  }

  /** What was counted between two times, for each implementation. */
  summary(before: readonly Counts[], after: readonly Counts[]): Summary[] {
    const rows = new Map<string, Summary>()
    this.#members.forEach(({ kind }, index) => {
      const title = kind === 'ours' ? 'Stoa' : (kind.inMixedNetwork?.title ?? kind.title)
      const row = rows.get(title) ?? { title, nodes: 0, delivered: 0, duplicates: 0 }
      const [from, to] = [before[index]!, after[index]!]
      rows.set(title, {
        title,
        nodes: row.nodes + 1,
        delivered: row.delivered + to.delivered - from.delivered,
        duplicates: row.duplicates + to.duplicates - from.duplicates,
      })
    })
    return [...rows.values()]
  }

  /** Before, a message may find no way to a node, and later nobody tells it by IHAVE: that is for peers outside the mesh. */
  async #isMeshed(): Promise<void> {
    await until(async () => (await this.counts()).every(({ mesh = LEAST_MESH }) => mesh >= LEAST_MESH), {
      what: 'every node to have a mesh',
    })
  }

  async #connect(): Promise<void> {
    const { nodes } = this
    for (const [index, node] of nodes.entries()) {
      for (const step of STEPS) await node.dial(nodes[(index + step) % nodes.length]!)
    }
  }
}

async function memberOf(lab: Lab, kind: Kind, number: number, topic: string): Promise<Member | undefined> {
  const name = kind === 'ours' ? kind : kind.name
  const node = await lab.start(`${name}-${number}`, kind)
  try {
    await node.call('subscribe', { topic })
  } catch (error) {
    if (error instanceof PeerError && error.code === 'unsupported') return undefined
    throw error
  }
  return { kind, node }
}
