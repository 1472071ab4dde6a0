import { systemClock } from './clock.ts'
import { Links } from './faults/links.ts'
import { random } from './random.ts'
import { testSeed } from './seeded.ts'
import { edges } from './topology.ts'
import { until } from './until.ts'
import type { AbortOptions, Connection, Libp2p } from '@libp2p/interface'
import type { Clock } from './clock.ts'
import type { LinkSettings, PartitionMode } from './faults/link.ts'
import type { Random, Seed } from './random.ts'
import type { Topology } from './topology.ts'

export interface AssembleInit {
  size: number
  /** @default 'full' */
  topology?: Topology
  /** Keys, topology and faults come from it. @default SEED of the environment, or a fresh one */
  seed?: Seed
  /** What all links are like from the start. @default perfect */
  link?: Partial<LinkSettings>
  /** Drives the delays of links. With a manual clock, impair links after the start, or connecting waits for it. @default real time */
  clock?: Clock
}

/** A node, or its index. */
export type RefTo<N> = number | N

/** Nodes under faults that a test controls. `N` is what kind of nodes they are. */
export interface NetworkOf<N extends Libp2p> extends AsyncDisposable {
  readonly nodes: readonly N[]
  readonly seed: Seed
  readonly random: Random
  node(index: number): N
  /** Dials, and waits until both ends hold the connection and have identified each other. */
  connect(from: RefTo<N>, to: RefTo<N>, options?: AbortOptions): Promise<Connection>
  /**
   * What is not named stays as it is. Without `between`, the nodes of one group and of the other, it is for all links and
   * replaces what was set for some.
   */
  setLink(settings: Partial<LinkSettings>, between?: readonly [readonly RefTo<N>[], readonly RefTo<N>[]]): void
  /**
   * No byte crosses, and no dial: it is refused at once. Established connections stall, silently, until the
   * partition heals ('stall', the default) or are aborted at both ends ('cut'). Partitions add up.
   */
  partition(group: readonly RefTo<N>[], rest?: readonly RefTo<N>[], mode?: PartitionMode): void
  heal(): void
  /** For a transport of one's own making: `impaired(tcp(), network.links)`. */
  readonly links: Links
}

/** What a room's own kind of node needs to be part of a network. */
export interface Assembly<N extends Libp2p> {
  readonly network: NetworkOf<N>
  readonly source: Random
  /** Takes a node in; best before it starts, so that nothing it does is missed. */
  readonly join: (node: N, index: number) => void
  /** Connects the nodes as the topology says. */
  readonly connectAll: () => Promise<void>
}

/** Dials at one time: more only queue up behind the processor. */
const PARALLEL_DIALS = 8

export function assemble<N extends Libp2p>(init: AssembleInit): Assembly<N> {
  const { size, topology = 'full', seed = testSeed() } = init
  const source = random(seed)
  const nodes: N[] = []
  const identified = new WeakSet<Connection>()
  const links = new Links(init.clock ?? systemClock(), source.fork('links'))
  links.set(init.link ?? {})
  const resolve = (node: RefTo<N>) => (typeof node === 'number' ? network.node(node) : node)
  const peers = (group: readonly RefTo<N>[]) => group.map(node => resolve(node).peerId.toString())

  const network: NetworkOf<N> = {
    nodes,
    seed,
    links,
    random: source.fork('test'),
    node: index => {
      const node = nodes[index]
      if (node == null) throw new RangeError(`no node ${index} in a network of ${nodes.length}`)
      return node
    },
    connect: async (from, to, options = {}) => {
      const [dialer, listener] = [resolve(from), resolve(to)]
      await dialer.dial(listener.getMultiaddrs(), options)
      return until(() => shared(listener, dialer, identified) && shared(dialer, listener, identified), {
        ...options,
        on: [dialer, listener].map(node => [node, 'connection:open', 'peer:identify'] as const),
        what: `a connection from ${dialer.peerId.toString()} to ${listener.peerId.toString()} identified at both ends`,
      })
    },
    setLink: (settings, between) => links.set(settings, between && [peers(between[0]), peers(between[1])]),
    partition: (group, rest, mode = 'stall') => {
      const inside = peers(group)
      const outside = peers(rest ?? nodes).filter(peer => rest != null || !inside.includes(peer))
      links.partition(inside, outside, mode)
    },
    heal: () => links.heal(),
    [Symbol.asyncDispose]: async () => {
      links.release()
      // one by one: two nodes that close their connection at the same time wait 500 ms for each other
      for (const node of nodes) await node?.stop()
    },
  }

  return {
    network,
    source,
    join: (node, index) => {
      // a node that runs already may have identified these, and says so only once
      for (const connection of node.getConnections()) identified.add(connection)
      node.addEventListener('peer:identify', event => identified.add(event.detail.connection))
      links.listens(node.peerId.toString(), () => node.getMultiaddrs())
      nodes[index] = node
    },
    connectAll: () =>
      inParallel(edges(topology, size, source.fork('topology')), ([from, to]) => network.connect(from, to)),
  }
}

function shared(of: Libp2p, to: Libp2p, identified: WeakSet<Connection>): Connection | undefined {
  const open = of.getConnections(to.peerId).filter(connection => connection.status === 'open')
  return 'identify' in of.services ? open.find(connection => identified.has(connection)) : open[0]
}

async function inParallel<T>(values: readonly T[], run: (value: T) => Promise<unknown>): Promise<void> {
  const queue = values.values()
  const worker = async () => {
    for (const value of queue) await run(value)
  }
  await Promise.all(Array.from({ length: PARALLEL_DIALS }, worker))
}
