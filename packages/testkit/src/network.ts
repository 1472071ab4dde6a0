import { assemble } from './assemble.ts'
import { impaired } from './faults/impaired-transport.ts'
import { createNode } from './node.ts'
import { transportFactory } from './transports.ts'
import type { ServiceMap } from '@libp2p/interface'
import type { ServiceFactoryMap } from 'libp2p'
import type { AssembleInit, NetworkOf, RefTo } from './assemble.ts'
import type { NodeOverrides, TestNode } from './node.ts'
import type { Encryption, TransportKind } from './transports.ts'

export interface NetworkInit<T extends ServiceMap = ServiceMap> extends AssembleInit {
  /** @default 'memory' */
  transport?: TransportKind
  /** Besides identify and ping, which every node has. */
  services?: (index: number) => ServiceFactoryMap<T>
  /** @default 'plaintext' over memory, where fleets should be cheap; otherwise 'noise' */
  encryption?: Encryption
  libp2p?: NodeOverrides | ((index: number) => NodeOverrides)
}

export type NodeRef<T extends ServiceMap = ServiceMap> = RefTo<TestNode<T>>
export type Group<T extends ServiceMap = ServiceMap> = readonly NodeRef<T>[]

export interface Network<T extends ServiceMap = ServiceMap> extends NetworkOf<TestNode<T>> {
  /** One more started node, connected to nobody. */
  add(services?: ServiceFactoryMap<T>): Promise<TestNode<T>>
}

export async function createNetwork<T extends ServiceMap = {}>(init: NetworkInit<T>): Promise<Network<T>> {
  const { size, transport = 'memory', encryption = transport === 'memory' ? 'plaintext' : 'noise' } = init
  const { network, source, join, connectAll } = assemble<TestNode<T>>(init)

  const start = async (index: number, services = init.services?.(index)) => {
    const node = await createNode<T>({
      kind: transport,
      transport: impaired(transportFactory(transport), network.links),
      encryption,
      random: source.fork(`node ${index}`),
      services,
      libp2p: typeof init.libp2p === 'function' ? init.libp2p(index) : init.libp2p,
    })
    join(node, index)
    await node.start()
    return node
  }

  try {
    const started = await Promise.allSettled(Array.from({ length: size }, (_, index) => start(index)))
    for (const result of started) if (result.status === 'rejected') throw result.reason as Error
    await connectAll()
    return Object.assign(network, {
      add: (services?: ServiceFactoryMap<T>) => start(network.nodes.length, services),
    })
  } catch (err) {
    await network[Symbol.asyncDispose]()
    throw err
  }
}
