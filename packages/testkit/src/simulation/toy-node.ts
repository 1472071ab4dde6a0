import {
  Claims,
  EntrySet,
  INBOUND_DEFAULTS,
  InboundSessions,
  isTaken,
  itemIdOf,
  SCHEDULE_DEFAULTS,
  SESSION_DEFAULTS,
  SyncSchedule,
} from '@stoa/replica/core'
import { MAX_CLOCK_SKEW_MS, MAX_TTL_MS } from './scenario.ts'
import { ToyDisk } from './toy-disk.ts'
import { parseToy } from './toy-entry.ts'
import { shortOf } from './toy-hash.ts'
import { Witness } from './witness.ts'
import type { Random } from '../random.ts'
import type { EventQueue, Scheduled } from './event-queue.ts'
import type { History } from './history.ts'
import type { Scenario } from './scenario.ts'
import type { SessionHost } from './session-link.ts'
import type { ToyEntry } from './toy-entry.ts'
import type { Write } from './toy-disk.ts'
import type { Change, Stamp, Verdict, Verified } from '@stoa/replica/core'

/** An entry on its way. */
export interface Rumour {
  readonly entry: ToyEntry
  readonly stamp: Stamp | undefined
}

export interface ToyNodeInit {
  readonly index: number
  readonly skewMs: number
  readonly queue: EventQueue
  readonly random: Random
  readonly history: History
  readonly scenario: Scenario
  /** Passes it on to its neighbours. */
  readonly spread: (from: ToyNode, rumour: Rumour, except: ToyNode | undefined) => void
  /** Begins a session with a peer, by index. */
  readonly openSession: (from: ToyNode, peer: number) => void
  /** What became of every arrival. */
  readonly onVerdict: (verdict: Verdict) => void
  readonly onChanged: (node: ToyNode, changes: readonly Change[]) => void
}

type State = 'up' | 'down' | 'gone'

/** Signatures take a while. */
const MAX_VERIFY_MS = 30
/** docs/decisions/0010-replica.md */
const KEY_BURST = 16
const KEY_INTERVAL_MS = 10_000
const MAX_FORGOTTEN = 4_096
const FORGOTTEN_MS = 60_000

/** A node: the real set, schedule and sessions, with a toy of everything around them. */
export class ToyNode implements SessionHost {
  readonly index: number
  readonly skewMs: number
  readonly disk: ToyDisk
  readonly witness: Witness
  readonly owners = new Set<number>()
  state: State = 'up'
  set!: EntrySet
  schedule!: SyncSchedule
  inbound!: InboundSessions
  /** How often it started. What an earlier life began is over. */
  life = 0
  hasLostDisk = false
  readonly #init: ToyNodeInit
  #claims!: Claims
  #seen = new Set<number>()
  #expiry: Scheduled | undefined
  #plan: Scheduled | undefined

  constructor(init: ToyNodeInit) {
    this.#init = init
    this.index = init.index
    this.skewMs = init.skewMs
    this.disk = new ToyDisk(init.queue, init.random.fork('disk'))
    this.witness = new Witness(init.history, `node ${init.index}`)
    this.start()
  }

  get isUp(): boolean {
    return this.state === 'up'
  }

  /** Equal for nodes that hold the same, but for own entries that are kept without a place. */
  get digest(): string {
    return this.witness.digestWithout(this.set.outside)
  }

  now(): number {
    return this.#init.queue.nowMs + this.skewMs
  }

  /** From what the disk has. */
  start(): void {
    const { maxPerGroup, budgetBytes, pricing } = this.#init.scenario
    this.life++
    this.state = 'up'
    this.#seen = new Set()
    this.#claims = new Claims()
    this.schedule = new SyncSchedule(SCHEDULE_DEFAULTS)
    this.inbound = new InboundSessions(INBOUND_DEFAULTS)
    this.set = new EntrySet({
      maxPerGroup,
      budgetBytes,
      pricing,
      maxTtlMs: MAX_TTL_MS,
      maxClockSkewMs: MAX_CLOCK_SKEW_MS,
      keyBurst: KEY_BURST,
      keyIntervalMs: KEY_INTERVAL_MS,
      maxForgotten: MAX_FORGOTTEN,
      forgottenMs: FORGOTTEN_MS,
      salt: { first: 0x9e3779b1, second: 0x85ebca6b, third: 0xc2b2ae35 },
    })
    const rows = this.disk.rows()
    const changes = rows.flatMap(({ meta }) => this.set.restore(meta, this.now()))
    this.witness.restarted(rows.map(({ meta }) => meta))
    this.#apply(changes, () => {})
    this.witness.expectPromised(this.now())
  }

  /** The process ends. Unless it is `clean`, what was not durable is lost. */
  stop(state: State, clean: boolean): void {
    this.life++
    this.state = state
    if (!clean) this.disk.crash()
    for (const timer of [this.#expiry, this.#plan]) if (timer !== undefined) timer.isCancelled = true
    this.#expiry = this.#plan = undefined
  }

  loseDisk(): void {
    this.disk.wipe()
    this.hasLostDisk = true
    this.witness.nothingPromised()
  }

  /** An owner's own entry: told to others when it is durable. */
  publish(rumour: Rumour, done: (verdict: Verdict) => void): void {
    this.#ingest(rumour, true, verdict => {
      if (isTaken(verdict)) this.#init.spread(this, rumour, undefined)
      done(verdict)
    })
  }

  /** A message of gossip. */
  receive(rumour: Rumour, from: ToyNode | undefined): void {
    if (!this.isUp) return
    const message = shortOf(itemIdOf(rumour.entry.id, rumour.stamp))
    if (this.#seen.has(message)) return
    this.#seen.add(message)
    this.#ingest(rumour, this.owners.has(rumour.entry.owner), verdict => {
      if (isTaken(verdict)) this.#init.spread(this, rumour, from)
    })
  }

  sessionInit(): ReturnType<SessionHost['sessionInit']> {
    return { set: this.set, claims: this.#claims, options: SESSION_DEFAULTS, priceRank: this.set.rankNeeded(1_024) }
  }

  read(itemIds: readonly Uint8Array[], done: Parameters<SessionHost['read']>[1]): void {
    // whoever reads waits for what is being written
    this.disk.write([], () => {
      done(
        itemIds.map(itemId => {
          const held = this.set.getByItem(itemId)
          const row = held && this.disk.read(held.key)
          if (row === undefined || shortOf(row.meta.itemId) !== shortOf(itemId)) return undefined
          return { bytes: row.entry.bytes, stamp: row.meta.stamp }
        }),
      )
    })
  }

  judge(arrivals: Parameters<SessionHost['judge']>[0], done: Parameters<SessionHost['judge']>[1]): void {
    const verdicts: Verdict[] = []
    let left = arrivals.length
    for (const [index, { bytes, stamp, itemId }] of arrivals.entries()) {
      const settle = (verdict: Verdict): void => {
        verdicts[index] = verdict
        if (--left === 0) done(verdicts)
      }
      const entry = parseToy(bytes)
      const rumour = { entry, stamp: stamp as Stamp | undefined }
      if (shortOf(itemIdOf(entry.id, rumour.stamp)) !== shortOf(itemId)) settle('malformed')
      else this.#ingest(rumour, this.owners.has(entry.owner), settle)
    }
  }

  /** Begins the sessions that are due, and wakes when the next are. */
  plan(): void {
    if (!this.isUp) return
    const { queue, openSession, random } = this.#init
    const { start, wakeMs } = this.schedule.next(this.now(), () => random.next())
    if (this.#plan !== undefined) this.#plan.isCancelled = true
    this.#plan = wakeMs === undefined ? undefined : queue.at(Math.ceil(wakeMs - this.skewMs), () => this.plan())
    for (const { peer } of start) openSession(this, Number(peer))
  }

  #ingest(rumour: Rumour, own: boolean, done: (verdict: Verdict) => void): void {
    const { entry, stamp } = rumour
    const { queue, random } = this.#init
    const verdict = this.set.consider(entry, stamp, this.now(), own)
    if (!isTaken(verdict) && !(verdict === 'known' && own)) return this.#settle(verdict, done)
    if (verdict === 'restamped' || verdict === 'known') return this.#add(rumour, own, done)
    const { life } = this
    queue.after(random.int(1, MAX_VERIFY_MS), () => {
      if (life !== this.life) return
      if (entry.conduct === 'forged') this.#settle('unproven', done)
      else this.#add(rumour, own, done)
    })
  }

  #add({ entry, stamp }: Rumour, own: boolean, done: (verdict: Verdict) => void): void {
    const { verdict, changes } = this.set.add(entry as Verified<ToyEntry>, stamp, this.now(), { own })
    if (changes.length === 0) return this.#settle(verdict, done)
    this.#apply(changes, () => this.#settle(verdict, done))
  }

  #settle(verdict: Verdict, done: (verdict: Verdict) => void): void {
    this.#init.onVerdict(verdict)
    done(verdict)
  }

  #apply(changes: readonly Change[], isDurable: () => void): void {
    const { history, onChanged } = this.#init
    this.witness.changed(changes, this.now())
    const writes: Write[] = changes.flatMap(change => {
      if (change.type === 'lapse') return []
      const { meta } = change
      return { key: meta.key, row: change.type === 'put' ? { meta, entry: history.find(meta.id)! } : undefined }
    })
    const { life } = this
    this.disk.write(writes, () => {
      if (life === this.life) isDurable()
    })
    this.#wake()
    if (changes.length > 0) onChanged(this, changes)
  }

  #wake(): void {
    const nextMs = this.set.nextWakeMs()
    const atMs = nextMs === undefined ? undefined : nextMs - this.skewMs
    if (this.#expiry?.atMs === atMs) return
    if (this.#expiry !== undefined) this.#expiry.isCancelled = true
    this.#expiry = undefined
    if (atMs === undefined) return
    this.#expiry = this.#init.queue.at(atMs, () => {
      this.#expiry = undefined
      this.#apply(this.set.expire(this.now()), () => {})
    })
  }
}
