import type { BenchInit } from './bench-init.ts'
import type { Row } from './table.ts'

type Run = (rounds: number, init: BenchInit) => Promise<Row[]>

export interface Bench {
  about: string
  load: () => Promise<{ run: Run }>
  /** Not part of a run that names no bench. */
  isOnRequest?: true
  /** What `--sizes` are of. */
  sizesOf?: string
  /** It has points that `--draw` draws. */
  isDrawn?: true
  /** Reached only when something hangs, in minutes. Default: 30 */
  limitMinutes?: number
}

/** In the order in which they run. */
export const BENCHES: Record<string, Bench> = {
  requests: { about: 'requests and answers between two nodes', load: () => import('./requests.ts') },
  bulk: { about: 'bytes through one stream', load: () => import('./bulk.ts') },
  memory: { about: 'what a sender holds for a slow reader', load: () => import('./memory.ts') },
  start: { about: 'start of a node, and what it holds when idle', load: () => import('./start.ts') },
  reconcile: { about: 'finding differences between two sets', load: () => import('./reconcile.ts') },
  verification: { about: 'records: signatures and decoding', load: () => import('./verification.ts') },
  replica: { about: '100,000 offers: from a file, from a peer, from the store', load: () => import('./replica.ts') },
  flood: { about: 'two honest nodes and two that flood them', load: () => import('./flood.ts') },
  mail: { about: 'sealed letters', load: () => import('./mail.ts') },
  tor: { about: 'nodes that are onion services, in a private Tor network', load: () => import('./tor.ts') },
  propagation: {
    about: 'messages through a simulated network of 100 nodes',
    load: () => import('./propagation.ts'),
  },
  'scale-network': {
    about: 'what gossip costs one node against the number of nodes',
    load: () => import('./scale-network.ts'),
    isOnRequest: true,
    sizesOf: 'nodes (default 50,100,200,500,1000)',
    isDrawn: true,
    limitMinutes: 180,
  },
  'scale-replica': {
    about: 'what a replica costs one node against the number of offers',
    load: () => import('./scale-replica.ts'),
    isOnRequest: true,
    sizesOf: 'offers (default 1000,10000,100000,1000000)',
    isDrawn: true,
    limitMinutes: 90,
  },
}

/** Of those that run when none is named. */
export const DEFAULT_NAMES: readonly string[] = Object.keys(BENCHES).filter(name => BENCHES[name]!.isOnRequest !== true)
