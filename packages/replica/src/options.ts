import { ReplicaError } from './errors.ts'
import type { Rules } from './core/rules.ts'
import type { Entry } from './core/entry.ts'
import type { LevelStore } from './net/level-store.ts'
import type { Clock } from './net/clock.ts'
import type { SyncOptions } from './net/sync-options.ts'

/** Who may have a place: whoever pays when room is scarce (`priced`), everybody while there is room (`open`), or only what `admit` lets in. */
export type Admission<E extends Entry = Entry> =
  | 'priced'
  | 'open'
  | { readonly pricing?: 'priced' | 'open'; readonly admit: (entry: E) => boolean }

export interface ReplicaOptions {
  /** What all entries may be charged together, in bytes. Nodes with equal budgets end with equal sets. */
  budgetBytes: number
  /** How far ahead of this node's clock an entry may have been created, in ms (spec/replica.md §3). */
  maxClockSkewMs: number
  /** Versions of one key that are taken at once… */
  keyBurst: number
  /** …and one more after each of these, in ms. */
  keyIntervalMs: number
  /** Items refused or dropped lately that are not fetched again. */
  maxForgotten: number
  /** For how long at least, in ms. */
  forgottenMs: number
  /** Entries that wait to be checked or stored, of all peers. */
  maxQueued: number
  /** Their bytes. */
  maxQueuedBytes: number
  /** Entries of one peer that wait. */
  maxQueuedPerPeer: number
  /** Their bytes. */
  maxQueuedBytesPerPeer: number
  /** Own entries a second that are gossiped. What is beyond them peers find by synchronization. */
  maxRumoursPerSecond: number
  /** Own entries that are gossiped at once. */
  rumourBurst: number
  /** The most work that a stamp of this node's own may take: 2^bits hashes on average, 24 bits are about 15 s of one thread. */
  maxStampBits: number
  /** How long to wait before a store that takes no writes is tried again, in ms. Doubled each time… */
  storeRetryMs: number
  /** …up to this, in ms. */
  maxStoreRetryMs: number
  /** Entries that a peer may send that are not what they claim before it loses its connection: of each ten minutes. */
  maxOffences: number
}

export const DEFAULTS = {
  budgetBytes: 268_435_456,
  maxClockSkewMs: 120_000,
  keyBurst: 16,
  keyIntervalMs: 1_000,
  maxForgotten: 65_536,
  forgottenMs: 60_000,
  maxQueued: 16_384,
  maxQueuedBytes: 33_554_432,
  maxQueuedPerPeer: 4_096,
  maxQueuedBytesPerPeer: 8_388_608,
  maxRumoursPerSecond: 200,
  rumourBurst: 1_000,
  maxStampBits: 24,
  storeRetryMs: 1_000,
  maxStoreRetryMs: 30_000,
  maxOffences: 4,
} as const satisfies ReplicaOptions

export interface ReplicaInit<E extends Entry = Entry> extends Partial<ReplicaOptions> {
  /** Nodes of different networks do not hear each other. */
  network: string
  /** What the set is of, for example `offers`: part of its topic and its sync protocol. */
  family: string
  /** Which part of the family, from 0. */
  shard?: number
  rules: Rules<E>
  /** Where entries are kept. Replicas may share one: each has a part of its own. Made by `levelStore`. */
  store: LevelStore
  /** Default `priced`. */
  admission?: Admission<E>
  /** Which entries from elsewhere are this node's own, for example of its key on another device: never dropped for want of room. */
  isOwn?: (entry: E) => boolean
  /** How sessions with peers are timed and bounded. */
  sync?: Partial<SyncOptions>
  /** For tests. Default: the system's. */
  clock?: Clock
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/
const MOST: Partial<Record<keyof ReplicaOptions, number>> = { maxStampBits: 40, maxStoreRetryMs: 2 ** 31 - 1 }

/** @throws {ReplicaError} `bad-option` */
export function resolveOptions(init: Partial<ReplicaOptions>): ReplicaOptions {
  const options: ReplicaOptions = { ...DEFAULTS }
  for (const name of Object.keys(DEFAULTS) as Array<keyof ReplicaOptions>) {
    const value = init[name] ?? DEFAULTS[name]
    const most = MOST[name] ?? Number.MAX_SAFE_INTEGER
    if (!Number.isSafeInteger(value) || value < 1 || value > most) {
      throw new ReplicaError(
        'bad-option',
        `${name} is ${value}, it takes an integer from 1 to ${most.toLocaleString('en')}`,
      )
    }
    options[name] = value
  }
  return options
}

/** The set's name on the wire: `<network>/<family>/<shard>`, parts as spec/replica.md §1 allows them. @throws {ReplicaError} `bad-option` */
export function checkNames({ network, family, shard = 0 }: Pick<ReplicaInit, 'network' | 'family' | 'shard'>): void {
  for (const [what, name] of [
    ['network', network],
    ['family', family],
  ] as const) {
    if (!NAME.test(name)) throw new ReplicaError('bad-option', `${what} ${JSON.stringify(name)} is not ${NAME.source}`)
  }
  if (!Number.isInteger(shard) || shard < 0 || shard > 65_535) {
    throw new ReplicaError('bad-option', `shard is ${shard}, it takes an integer from 0 to 65,535`)
  }
}

/** What the replica asks of an admission. */
export function resolveAdmission<E extends Entry>(
  admission: Admission<E> = 'priced',
): { pricing: 'priced' | 'open'; admit: ((entry: E) => boolean) | undefined } {
  if (typeof admission === 'string') return { pricing: admission, admit: undefined }
  return { pricing: admission.pricing ?? 'priced', admit: admission.admit }
}

/** Admission for the entries of those who are listed: `memberOf` says who is behind an entry, for example its owner. */
export function allowList<E extends Entry, Member>(
  members: Pick<ReadonlySet<Member>, 'has'>,
  memberOf: (entry: E) => Member,
): Admission<E> {
  return { pricing: 'open', admit: entry => members.has(memberOf(entry)) }
}
