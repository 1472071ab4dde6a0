import { manualClock } from '@stoa/testkit'
import { MemoryLevel } from 'memory-level'
import { createReplica, levelStore } from '../src/index.ts'
import { toyRules } from './toy-rules.ts'
import type { ComponentLogger, PeerId } from '@libp2p/interface'
import type { ManualClock } from '@stoa/testkit'
import type { Level, Replica, ReplicaChange, ReplicaComponents } from '../src/index.ts'
import type { BroadcastTopicOptions, RawStamp } from '../src/index.ts'
import type { Entry as WireEntry } from '../src/gen/replica.js'
import type { ToyInit } from './network.ts'
import type { Toy } from './toy-rules.ts'

export interface Alone extends AsyncDisposable {
  readonly replica: Replica<Toy>
  readonly clock: ManualClock
  /** What was told so far. */
  readonly changes: Array<ReplicaChange<Toy>>
  /** `read-only` and `writable`, in order. */
  readonly states: string[]
  /** What it gossiped. */
  readonly rumours: WireEntry[]
  /** Peers whose connection it closed. */
  readonly dropped: string[]
  /** A message of the topic arrives. */
  hear(entry: Uint8Array, from?: string, stamp?: RawStamp): Promise<'accept' | 'ignore' | 'reject'>
}

export const START_MS = 1_700_000_000_000

/** A replica with nobody around, in a time that a test moves. */
export async function alone(options: ToyInit = {}, level: Level = new MemoryLevel()): Promise<Alone> {
  const clock = (options.clock as ManualClock | undefined) ?? manualClock(START_MS)
  const rumours: WireEntry[] = []
  const dropped: string[] = []
  let topic: BroadcastTopicOptions<WireEntry> | undefined
  const components: ReplicaComponents = {
    peerId: peer('me'),
    registrar: {
      handle: async () => {},
      unhandle: async () => {},
      register: async () => 'id',
      unregister: () => {},
    },
    connectionManager: {
      openStream: () => Promise.reject(new Error('nobody is there')),
      getConnections: () => [],
      closeConnections: async id => {
        dropped.push(id.toString())
      },
    },
    broadcast: {
      topic: (_name, _codec, options) => {
        topic = options as BroadcastTopicOptions<WireEntry> | undefined
        return {
          publish: async value => {
            rumours.push(value as WireEntry)
            return { recipients: 1, duplicate: false }
          },
          close: async () => {},
        }
      },
    },
    logger: quiet,
  }
  const replica = createReplica<Toy>(
    { network: 'test', family: 'toys', rules: toyRules(), store: levelStore(level), ...options, clock },
    components,
  )
  const changes: Array<ReplicaChange<Toy>> = []
  const states: string[] = []
  replica.addEventListener('change', ({ detail }) => changes.push(...detail.changes))
  replica.addEventListener('read-only', ({ detail }) => states.push(`read-only: ${detail.reason}`))
  replica.addEventListener('writable', () => states.push('writable'))
  await replica.start()
  return {
    replica,
    clock,
    changes,
    states,
    rumours,
    dropped,
    hear: async (entry, from = 'peer', stamp) =>
      topic!.validate!({ entry, stamp } as WireEntry, {
        receivedFrom: peer(from),
        signal: new AbortController().signal,
      }),
    [Symbol.asyncDispose]: async () => {
      await replica.stop()
    },
  }
}

/** A database whose writes fail from when it is told a reason, until it is told none. */
export function faultyLevel(): { level: MemoryLevel; setFault: (reason: string | undefined) => void } {
  const level = new MemoryLevel()
  let fault: string | undefined
  level.hooks.prewrite.add(() => {
    if (fault !== undefined) throw new Error(fault)
  })
  return { level, setFault: reason => (fault = reason) }
}

function peer(name: string): PeerId {
  return { toString: () => name } as PeerId
}

const nothing = Object.assign(() => {}, { enabled: false, trace: () => {}, error: () => {}, newScope: () => nothing })
const quiet = { forComponent: () => nothing } as unknown as ComponentLogger
