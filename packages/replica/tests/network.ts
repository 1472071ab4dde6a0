import { createStackNetwork } from '@stoa/testkit/stack'
import { MemoryLevel } from 'memory-level'
import { createReplica, levelStore } from '../src/index.ts'
import { toyRules } from './toy-rules.ts'
import type { StackNetwork, StackNetworkInit } from '@stoa/testkit/stack'
import type { StackInit } from '@stoa/stack'
import type { Level, Replica, ReplicaComponents, ReplicaInit } from '../src/index.ts'
import type { Toy } from './toy-rules.ts'

export interface ReplicaNetwork extends StackNetwork {
  replica(index: number): Replica<Toy>
  /** What the node’s replica keeps its entries in, for a node that comes back. */
  level(index: number): Level
  /** One more node, connected to nobody, with what another one left if there is any. */
  join(level?: Level): Promise<Replica<Toy>>
}

export type ToyInit = Partial<ReplicaInit<Toy>>

/** Nodes that run a replica of toys, over what a stack has. */
export async function replicaNetwork(
  init: Omit<StackNetworkInit, 'stack'>,
  options: ToyInit | ((index: number) => ToyInit) = {},
): Promise<ReplicaNetwork> {
  const levels: Level[] = []
  const stackOf = (index: number, level: Level = new MemoryLevel()) => {
    levels[index] = level
    return {
      discovery: false,
      direct: false,
      offers: false,
      mailbox: false,
      services: {
        replica: (components: ReplicaComponents) =>
          createReplica<Toy>(
            {
              network: 'test',
              family: 'toys',
              rules: toyRules(),
              store: levelStore(level),
              ...(typeof options === 'function' ? options(index) : options),
            },
            components,
          ),
      },
    } as const
  }
  const network = await createStackNetwork({
    topology: 'full',
    ...init,
    stack: index => stackOf(index) as unknown as StackInit,
  })
  const replicaOf = (index: number): Replica<Toy> => network.stack(index).services.replica as Replica<Toy>
  return Object.assign(network as unknown as StackNetwork, {
    replica: replicaOf,
    level: (index: number) => levels[index]!,
    join: async (level?: Level) => {
      await network.add(stackOf(network.stacks.length, level) as never)
      return replicaOf(network.stacks.length - 1)
    },
  })
}
