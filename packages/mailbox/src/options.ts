import { MailboxError } from './errors.ts'
import { MLKEM768_X25519, X25519 } from './crypto/suite.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { Clock, Level, LevelStore, ReplicaInit, ReplicaOptions } from '@stoa/replica'
import type { SuiteId } from './crypto/suite.ts'
import type { SecretStore } from './keys/mail-keys.ts'
import type { OnStep } from './steps.ts'

export interface MailboxInit {
  /** Nodes of different networks share nothing, and what is sealed for one does not open in another. */
  network?: string
  /** How many bits an observer learns of the receiver of a letter; 2^bits is how many times fewer letters a receiver tries. All nodes must agree on it. */
  bucketBits?: number
  /** The network's mail is kept in 2^bits sets. At most `bucketBits`. All nodes must agree on it. */
  shardBits?: number
  /** What a place costs at least, as a rank of spec/replica.md §5. All nodes must agree on it. */
  floorRank?: number
  /** How letters are sealed: with a post-quantum hybrid, or smaller. All are opened. */
  suite?: 'mlkem768-x25519' | 'x25519'
  /** How many peers shall have confirmed that they keep a letter. */
  minReplicas?: number
  /** How long a receiver has to answer before its letter goes to the network, in ms. */
  directTimeoutMs?: number
  /** Until the first attempt is repeated, in ms. Doubled each time… */
  retryMs?: number
  /** …up to this, in ms. */
  maxRetryMs?: number
  /** Letters that are under way at a time; and as many that are not any more are remembered. */
  maxOutbox?: number
  /** Letters that wait to be acknowledged. More are left with the network until there is room. */
  maxInbox?: number
  /** What the network's letters may take here, in bytes: spec/replica.md. */
  budgetBytes?: number
  /** What the network's mail keys may take here, in bytes. */
  keysBudgetBytes?: number
  /** How often this device's mail keys are replaced, in ms. */
  rotateMs?: number
  /** How long mail keys are valid, in ms. */
  keyTtlMs?: number
  /** Whose mail this is: an Ed25519 key. Default: the node's own. */
  privateKey?: PrivateKey
  /** Where mail is kept: a database of the level family, or a store that several services share. Default: memory. */
  store?: Level | LevelStore
  /** Where the private parts of mail keys are kept. Default: memory, so what was sealed to them is lost with the process. */
  secrets?: SecretStore
  /** Options of the replicas of letters and of keys, beside the budgets. */
  replica?: Partial<Omit<ReplicaOptions, 'budgetBytes'>> & Pick<ReplicaInit, 'sync'>
  /** For tests. */
  clock?: Clock
  /** For tests: called, and waited for, before and after everything that lasts (`SENDER_STEPS` and the others). */
  onStep?: OnStep
}

type Parts = 'privateKey' | 'store' | 'secrets' | 'replica' | 'clock' | 'onStep'

export const DEFAULTS = {
  network: 'main',
  bucketBits: 8,
  shardBits: 0,
  floorRank: -25,
  suite: 'mlkem768-x25519',
  minReplicas: 3,
  directTimeoutMs: 5_000,
  retryMs: 30_000,
  maxRetryMs: 3_600_000,
  maxOutbox: 10_000,
  maxInbox: 100_000,
  budgetBytes: 268_435_456,
  keysBudgetBytes: 67_108_864,
  rotateMs: 604_800_000,
  keyTtlMs: 1_296_000_000,
} as const satisfies Required<Omit<MailboxInit, Parts>>

export type MailboxOptions = Readonly<Required<Omit<MailboxInit, Parts>>>

type CountName = Exclude<keyof MailboxOptions, 'network' | 'suite' | 'floorRank' | 'bucketBits' | 'shardBits'>

export const SUITES: Readonly<Record<MailboxOptions['suite'], SuiteId>> = {
  'mlkem768-x25519': MLKEM768_X25519,
  x25519: X25519,
}

/** spec/mailbox.md: lifetimes of letters, in ms. */
export const MIN_TTL_MS = 60_000
export const MAX_TTL_MS = 1_296_000_000
/** How long `send` waits for others unless told otherwise, in ms. */
export const DEFAULT_WAIT_MS = 30_000
/** How long a delivery is remembered after its letter could last be read, in ms: 7 days. */
export const REMEMBERED_MS = 604_800_000
/** What an observer of a bucket of 16 bits learns is who it is, in most networks. */
const MAX_BUCKET_BITS = 16
const LONGEST_TIMER_MS = 2 ** 31 - 1
const TIMES: ReadonlySet<CountName> = new Set<CountName>(['directTimeoutMs', 'retryMs', 'maxRetryMs'])

/** @throws {MailboxError} `bad-option` */
export function resolveOptions(init: MailboxInit): MailboxOptions {
  const given = Object.fromEntries(
    Object.entries(init).filter(([name, value]) => name in DEFAULTS && value !== undefined),
  )
  const options: MailboxOptions = { ...DEFAULTS, ...given }
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(options.network)) {
    throw badOption('network', JSON.stringify(options.network), '1 to 32 of a-z, 0-9 and "-"')
  }
  if (!(options.suite in SUITES))
    throw badOption('suite', JSON.stringify(options.suite), Object.keys(SUITES).join(', '))
  checkInteger('bucketBits', options.bucketBits, 0, MAX_BUCKET_BITS)
  checkInteger('shardBits', options.shardBits, 0, options.bucketBits)
  checkInteger('floorRank', options.floorRank, -64, 0)
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (typeof value !== 'number' || ['bucketBits', 'shardBits', 'floorRank'].includes(name)) continue
    const count = name as CountName
    checkInteger(name, options[count], 1, TIMES.has(count) ? LONGEST_TIMER_MS : Number.MAX_SAFE_INTEGER)
  }
  checkInteger('keyTtlMs', options.keyTtlMs, 1, MAX_TTL_MS)
  checkInteger('rotateMs', options.rotateMs, 1, options.keyTtlMs)
  checkInteger('maxRetryMs', options.maxRetryMs, options.retryMs, LONGEST_TIMER_MS)
  return options
}

/** @throws {MailboxError} `bad-option` */
export function checkInteger(name: string, value: number, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw badOption(
      name,
      String(value),
      `an integer from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`,
    )
  }
  return value
}

function badOption(name: string, value: string, takes: string): MailboxError {
  return new MailboxError('bad-option', `${name} is ${value}, it takes ${takes}`)
}
