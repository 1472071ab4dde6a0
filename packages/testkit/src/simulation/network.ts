import { EventQueue } from './event-queue.ts'
import { History } from './history.ts'
import { Mesh } from './mesh.ts'
import { SessionLink } from './session-link.ts'
import { STRAY_SKEW_MS } from './scenario.ts'
import { ToyNode } from './toy-node.ts'
import type { Random } from '../random.ts'
import type { Scenario } from './scenario.ts'
import type { Rumour } from './toy-node.ts'
import type { Change, SessionReport } from '@stoa/replica/core'

export interface NetworkCounters {
  gossipMessages: number
  sessions: number
  /** By outcome. */
  readonly outcomes: Record<string, number>
  readonly verdicts: Record<string, number>
  sessionBytes: number
}

interface RunningSession {
  readonly link: SessionLink
  readonly nodes: readonly [number, number]
}

/** After a session that brought so many entries a node synchronizes with others soon: SYNC_DEFAULTS of @stoa/replica. */
const NUDGE_AFTER = 1
/** A reconnect after a partition or a start takes up to this long. */
const MAX_DIAL_MS = 20_000

/** The nodes, and everything between them, in virtual time. */
export class ToyNetwork {
  readonly queue: EventQueue
  readonly history = new History()
  readonly nodes: ToyNode[] = []
  readonly counters: NetworkCounters = { gossipMessages: 0, sessions: 0, outcomes: {}, verdicts: {}, sessionBytes: 0 }
  /** While sets are compared: what is lost otherwise is not. */
  isCalm = false
  onChanged: (node: ToyNode, changes: readonly Change[]) => void = () => {}
  readonly #scenario: Scenario
  readonly #random: Random
  readonly #mesh: Mesh
  readonly #sessions = new Set<RunningSession>()

  constructor(scenario: Scenario, random: Random, startMs: number) {
    this.#scenario = scenario
    this.#random = random.fork('network')
    this.queue = new EventQueue(startMs)
    this.#mesh = new Mesh(scenario.nodes, random.fork('mesh'))
    const stray = scenario.nodes - scenario.strayClocks
    for (let index = 0; index < scenario.nodes; index++) this.#newNode(index >= stray ? STRAY_SKEW_MS : scenario.skewMs)
    this.#reconnect()
  }

  up(): ToyNode[] {
    return this.nodes.filter(node => node.isUp)
  }

  join(): void {
    this.#mesh.add()
    this.#newNode(this.#scenario.skewMs)
    this.#reconnect()
  }

  leave(node: ToyNode): void {
    this.#stop(node, 'gone', true)
    this.#mesh.remove(node.index)
    this.#reconnect()
  }

  crash(node: ToyNode): void {
    this.#stop(node, 'down', false)
    this.#mesh.setUp(node.index, false)
    this.#reconnect()
  }

  restart(node: ToyNode): void {
    node.start()
    this.#mesh.setUp(node.index, true)
    this.#reconnect()
  }

  partition(sides: number): void {
    this.#mesh.partition(sides)
    this.#reconnect()
  }

  heal(): void {
    this.#mesh.heal()
    this.#reconnect()
  }

  #newNode(mostSkewMs: number): void {
    const index = this.nodes.length
    const random = this.#random.fork(`node ${index}`)
    const most = Math.floor(mostSkewMs)
    const { verdicts } = this.counters
    const node = new ToyNode({
      index,
      random,
      skewMs: random.int(-most, most),
      queue: this.queue,
      history: this.history,
      scenario: this.#scenario,
      spread: (from, rumour, except) => this.#spread(from, rumour, except),
      openSession: (from, peer) => this.#openSession(from, this.nodes[peer]!),
      onVerdict: verdict => {
        verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
      },
      onChanged: (changed, changes) => this.onChanged(changed, changes),
    })
    this.nodes.push(node)
  }

  #stop(node: ToyNode, state: 'down' | 'gone', clean: boolean): void {
    node.stop(state, clean)
    for (const session of this.#sessions) {
      if (!session.nodes.includes(node.index)) continue
      session.link.cut()
    }
  }

  #reconnect(): void {
    const { connected, lost } = this.#mesh.update()
    for (const [a, b] of lost) {
      for (const { link, nodes } of this.#sessions) if (nodes.includes(a) && nodes.includes(b)) link.cut()
      this.nodes[a]!.schedule.disconnected(String(b))
      this.nodes[b]!.schedule.disconnected(String(a))
    }
    for (const pair of connected) {
      const [a, b] = this.#random.chance(0.5) ? pair : [pair[1], pair[0]]
      this.queue.after(this.#random.int(0, MAX_DIAL_MS), () => {
        if (!this.#mesh.connect(a, b)) return
        for (const [node, peer] of [
          [a, b],
          [b, a],
        ] as const) {
          const { schedule } = this.nodes[node]!
          schedule.connected(String(peer), node === a, this.nodes[node]!.now(), () => this.#random.next())
          this.nodes[node]!.plan()
        }
      })
    }
  }

  #spread(from: ToyNode, rumour: Rumour, except: ToyNode | undefined): void {
    const { gossipLoss, duplication, latencyMs } = this.#scenario
    for (const peer of this.#mesh.connectedTo(from.index)) {
      if (peer === except?.index) continue
      if (!this.isCalm && this.#random.chance(gossipLoss)) continue
      const copies = this.#random.chance(duplication) ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        this.counters.gossipMessages++
        const delayMs = this.#random.int(latencyMs[0], latencyMs[1])
        this.queue.after(delayMs, () => {
          if (this.#mesh.isConnected(from.index, peer)) this.nodes[peer]!.receive(rumour, from)
        })
      }
    }
  }

  #openSession(from: ToyNode, to: ToyNode): void {
    const { latencyMs, sessionLoss } = this.#scenario
    const next = (): number => this.#random.next()
    const lives = [from.life, to.life]
    const isAdmitted =
      !to.schedule.isLiar(String(from.index), to.now()) && to.inbound.admit(String(from.index), to.now())
    this.counters.sessions++
    const onInitiatorEnd = (report: SessionReport): void => {
      this.#sessions.delete(session)
      this.#count(report)
      if (from.life !== lives[0]) return
      from.schedule.ended(String(to.index), report, from.now(), next)
      if (report.received >= NUDGE_AFTER) from.schedule.nudge(from.now())
      from.plan()
    }
    const onResponderEnd = (report: SessionReport): void => {
      if (to.life !== lives[1]) return
      to.inbound.ended(String(from.index), report.received + report.sent > 0)
      if (report.outcome === 'done') to.schedule.served(String(from.index))
      if (report.received >= NUDGE_AFTER) to.schedule.nudge(to.now())
      if (report.outcome === 'lied') to.schedule.lied(String(from.index), to.now())
      to.plan()
    }
    const loss = this.isCalm ? 0 : sessionLoss
    const link = new SessionLink(
      { queue: this.queue, random: this.#random, latencyMs, loss, onInitiatorEnd, onResponderEnd },
      from,
      isAdmitted ? to : undefined,
    )
    const session: RunningSession = { link, nodes: [from.index, to.index] }
    this.#sessions.add(session)
  }

  #count({ outcome, reason, bytesIn }: SessionReport): void {
    const key = outcome === reason ? outcome : `${outcome}: ${reason}`
    this.counters.outcomes[key] = (this.counters.outcomes[key] ?? 0) + 1
    this.counters.sessionBytes += bytesIn
  }
}
