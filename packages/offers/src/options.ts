import { OffersError } from './errors.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { RecordEntry } from '@stoa/record'
import type { Admission, Clock, Level, LevelStore, ReplicaInit, ReplicaOptions } from '@stoa/replica'

export interface OffersInit<M extends object = {}> {
  /** Nodes of different networks share nothing, and what is signed for one does not verify in another. */
  network?: string
  /** What the bodies of these markets are: see `market()`. Other markets can be used all the same. */
  markets?: M
  /** Longest body, in bytes. All nodes of a network must agree on it. */
  maxBodyBytes?: number
  /** Longest time that an offer may be valid, and its key be held, in ms. All nodes must agree on it. */
  maxTtlMs?: number
  /** Offers of one owner in one market. All nodes must agree on it. */
  maxPerOwner?: number
  /** Longest presence lease, in ms. All nodes must agree on it. */
  maxLeaseMs?: number
  /** How long an offer is valid when `publish` does not say, in ms. */
  defaultTtlMs?: number
  /**
   * How long after its last word this node counts as gone, in ms. It says so three times in that time, while it has
   * offers `whileOnline`. Below 3,000 others may not take versions of one record so fast.
   */
  leaseMs?: number
  /** What offers may take, in bytes: spec/replica.md. */
  budgetBytes?: number
  /** What presence leases may take, in bytes. */
  leaseBudgetBytes?: number
  /** Events that a watch holds for its reader. Beyond it they are left out, and the reader is told. */
  maxBufferedEvents?: number
  /**
   * What is known of this identity's past, for names that this node does not know (spec/offers.md §4).
   * `unknown`: it may have published before this store was begun · `new`: it has not · `shared`: other nodes publish with it now.
   */
  identity?: 'unknown' | 'new' | 'shared'
  /** Whose offers this node publishes: an Ed25519 key, for an identity that several nodes share. Default: the node's own. */
  privateKey?: PrivateKey
  /** Where offers are kept: a database of the level family, or a store that several services share. Default: memory. */
  store?: Level | LevelStore
  /** Who may publish: spec/replica.md §5. Default: whoever pays when room is scarce. */
  admission?: Admission<RecordEntry>
  /** Options of both replicas, beside the budgets. */
  replica?: Partial<Omit<ReplicaOptions, 'budgetBytes'>> & Pick<ReplicaInit, 'sync'>
  /** For tests. */
  clock?: Clock
}

type Parts = 'markets' | 'privateKey' | 'store' | 'admission' | 'replica' | 'clock'

export const DEFAULTS = {
  network: 'main',
  maxBodyBytes: 16_384,
  maxTtlMs: 2_592_000_000,
  maxPerOwner: 100_000,
  maxLeaseMs: 600_000,
  defaultTtlMs: 86_400_000,
  leaseMs: 60_000,
  budgetBytes: 268_435_456,
  leaseBudgetBytes: 33_554_432,
  maxBufferedEvents: 1_024,
  identity: 'unknown',
} as const satisfies Required<Omit<OffersInit, Parts>>

export type OffersOptions = Readonly<Required<Omit<OffersInit, Parts>>>

type CountName = Exclude<keyof OffersOptions, 'network' | 'identity'>

const MOST: Partial<Record<CountName, number>> = {
  // 57,344 is the longest body of any record (spec/records.md §3), less what an offer adds to it
  maxBodyBytes: 57_236,
  maxTtlMs: 31_622_400_000,
  maxLeaseMs: 86_400_000,
}

/** @throws {OffersError} `bad-option` */
export function resolveOptions(init: OffersInit<object>): OffersOptions {
  const given = Object.fromEntries(
    Object.entries(init).filter(([name, value]) => name in DEFAULTS && value !== undefined),
  )
  const options: OffersOptions = { ...DEFAULTS, ...given }
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(options.network)) {
    throw new OffersError(
      'bad-option',
      `network is ${JSON.stringify(options.network)}, it takes 1 to 32 of a-z, 0-9 and "-"`,
    )
  }
  if (!['unknown', 'new', 'shared'].includes(options.identity)) {
    throw new OffersError(
      'bad-option',
      `identity is ${JSON.stringify(options.identity)}, it takes unknown, new or shared`,
    )
  }
  for (const name of Object.keys(DEFAULTS) as Array<keyof OffersOptions>) {
    if (name !== 'network' && name !== 'identity') checkCount(name, options[name], MOST[name])
  }
  // only what was asked for can be a mistake: a network of short lives has shorter defaults
  return {
    ...options,
    defaultTtlMs: within(init, options, 'defaultTtlMs', 'maxTtlMs'),
    leaseMs: within(init, options, 'leaseMs', 'maxLeaseMs'),
  }
}

function within<Name extends CountName>(
  init: OffersInit<object>,
  options: OffersOptions,
  name: Name & keyof OffersInit,
  most: CountName,
): number {
  if (init[name] !== undefined && options[name] > options[most]) {
    throw new OffersError('bad-option', `${name} is ${options[name]}, above ${most}, ${options[most]}`)
  }
  return Math.min(options[name], options[most])
}

/** @throws {OffersError} `bad-option` */
export function checkCount(name: string, value: number, most = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || value < 1 || value > most) {
    throw new OffersError(
      'bad-option',
      `${name} is ${value}, it takes an integer from 1 to ${most.toLocaleString('en')}`,
    )
  }
  return value
}
