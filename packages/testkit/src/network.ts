import { systemClock } from './clock.ts'
import { impaired } from './faults/impaired-transport.ts'
import { Links } from './faults/links.ts'
import { createNode } from './node.ts'
import { random } from './random.ts'
import { testSeed } from './seeded.ts'
import { edges } from './topology.ts'
import { transportFactory } from './transports.ts'
import { until } from './until.ts'
import type { AbortOptions, Connection, ServiceMap } from '@libp2p/interface'
import type { ServiceFactoryMap } from 'libp2p'
import type { Clock } from './clock.ts'
import type { LinkSettings, PartitionMode } from './faults/link.ts'
import type { NodeOverrides, TestNode } from './node.ts'
import type { Random, Seed } from './random.ts'
import type { Topology } from './topology.ts'
import type { Encryption, TransportKind } from './transports.ts'

export interface NetworkInit<T extends ServiceMap = ServiceMap> {
  size: number
  /** @default 'memory' */
  transport?: TransportKind
  /** @default 'full' */
  topology?: Topology
  /** Keys, topology and faults come from it. @default SEED of the environment, or a fresh one */
  seed?: Seed
  /** Besides identify and ping, which every node has. */
  services?: (index: number) => ServiceFactoryMap<T>
  /** @default 'plaintext' over memory, where fleets should be cheap; otherwise 'noise' */
  encryption?: Encryption
  libp2p?: NodeOverrides | ((index: number) => NodeOverrides)
  /** What all links are like from the start. @default perfect */
  link?: Partial<LinkSettings>
  /** Drives the delays of links. With a manual clock, impair links after the start, or connecting waits for it. @default real time */
  clock?: Clock
}

/** A node, or its index. */
export type NodeRef<T extends ServiceMap = ServiceMap> = number | TestNode<T>

export type Group<T extends ServiceMap = ServiceMap> = readonly NodeRef<T>[]

/** The links between a node of the one group and a node of the other. */
export type Between<T extends ServiceMap = ServiceMap> = readonly [Group<T>, Group<T>]

export interface Network<T extends ServiceMap = ServiceMap> extends AsyncDisposable {
  readonly nodes: readonly TestNode<T>[]
  readonly seed: Seed
  readonly random: Random
  node(index: number): TestNode<T>
  /** One more started node, connected to nobody. */
  add(services?: ServiceFactoryMap<T>): Promise<TestNode<T>>
  /** Dials, and waits until both ends hold the connection and have identified each other. */
  connect(from: NodeRef<T>, to: NodeRef<T>, options?: AbortOptions): Promise<Connection>
  /** What is not named stays as it is. Without `between` it is for all links, and replaces what was set for some. */
  setLink(settings: Partial<LinkSettings>, between?: Between<T>): void
  /**
   * No byte crosses, and no dial: it is refused at once. Established connections stall, silently, until the
   * partition heals ('stall', the default) or are aborted at both ends ('cut'). Partitions add up.
   */
  partition(group: Group<T>, rest?: Group<T>, mode?: PartitionMode): void
  heal(): void
  /** For a transport of one's own making: `impaired(tcp(), network.links)`. */
  readonly links: Links
}

/** Dials at one time: more only queue up behind the processor. */
const PARALLEL_DIALS = 8

export async function createNetwork<T extends ServiceMap = {}>(init: NetworkInit<T>): Promise<Network<T>> {
  const { size, topology = 'full', transport = 'memory', seed = testSeed() } = init
  const { encryption = transport === 'memory' ? 'plaintext' : 'noise' } = init
  const source = random(seed)
  const nodes: TestNode<T>[] = []
  const links = new Links(init.clock ?? systemClock(), source.fork('links'))
  links.set(init.link ?? {})
  const identified = new WeakSet<Connection>()

  const start = async (index: number, services = init.services?.(index)) => {
    const node = await createNode<T>({
      kind: transport,
      transport: impaired(transportFactory(transport), links),
      encryption,
      random: source.fork(`node ${index}`),
      services,
      libp2p: typeof init.libp2p === 'function' ? init.libp2p(index) : init.libp2p,
    })
    node.addEventListener('peer:identify', event => identified.add(event.detail.connection))
    links.listens(node.peerId.toString(), () => node.getMultiaddrs())
    nodes[index] = node
    return node
  }

  const peers = (group: Group<T>) => group.map(node => resolve(network, node).peerId.toString())

  const network: Network<T> = {
    nodes,
    seed,
    random: source.fork('test'),
    node: index => {
      const node = nodes[index]
      if (node == null) throw new RangeError(`no node ${index} in a network of ${nodes.length}`)
      return node
    },
    add: services => start(nodes.length, services),
    connect: async (from, to, options = {}) => {
      const [dialer, listener] = [resolve(network, from), resolve(network, to)]
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
    links,
    [Symbol.asyncDispose]: async () => {
      links.release()
      // one by one: two nodes that close their connection at the same time wait 500 ms for each other
      for (const node of nodes) await node?.stop()
    },
  }

  try {
    await Promise.all(Array.from({ length: size }, (_, index) => start(index)))
    await inParallel(edges(topology, size, source.fork('topology')), ([from, to]) => network.connect(from, to))
    return network
  } catch (err) {
    await network[Symbol.asyncDispose]()
    throw err
  }
}

function resolve<T extends ServiceMap>(network: Network<T>, node: NodeRef<T>): TestNode<T> {
  return typeof node === 'number' ? network.node(node) : node
}

function shared(of: TestNode, to: TestNode, identified: WeakSet<Connection>): Connection | undefined {
  const open = of.getConnections(to.peerId).filter(connection => connection.status === 'open')
  return of.services.identify == null ? open[0] : open.find(connection => identified.has(connection))
}

async function inParallel<T>(values: readonly T[], run: (value: T) => Promise<unknown>): Promise<void> {
  const queue = values.values()
  const worker = async () => {
    for (const value of queue) await run(value)
  }
  await Promise.all(Array.from({ length: PARALLEL_DIALS }, worker))
}
