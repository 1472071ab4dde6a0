import type { Replica } from './api.ts'
import type { ReplicaComponents } from './components.ts'
import type { Entry } from './core/entry.ts'
import type { ReplicaInit } from './options.ts'

/** @throws {ReplicaError} `bad-option` */
export function createReplica<E extends Entry>(init: ReplicaInit<E>, components: ReplicaComponents): Replica<E> {
  throw new Error(`not built yet: ${init.family} of ${components.peerId.toString()}`)
}
