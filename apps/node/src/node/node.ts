import { randomBytes } from 'node:crypto'
import { isMultiaddr } from '@multiformats/multiaddr'
import type { EventLog } from '../events/event-log.ts'
import { MailEvents } from '../mail/mail-events.ts'
import { OfferFollowers } from '../offers/follow.ts'
import { SyncEvents } from '../offers/sync-events.ts'
import { DEFAULT_CONTENT_TYPE, NONCE_BYTES, messageProtocol } from '../messages/text.ts'
import { Topics } from '../messages/topics.ts'
import { MeasuredTopics } from '../messages/measured-topics.ts'
import { NodeError, dialError } from './errors.ts'
import { createMeasuring } from './measuring.ts'
import { ping } from './ping.ts'
import { relayEvents } from './relay-events.ts'
import { peerStatuses, stackStatus } from './status.ts'
import { parseTarget } from './target.ts'
import type { Connection, PeerId } from '@libp2p/interface'
import type { Published } from '@stoa/broadcast'
import type { MailboxService } from '@stoa/mailbox'
import type { MeasureService } from '@stoa/measure'
import type { OffersService } from '@stoa/offers'
import type { Stack } from '@stoa/stack'
import type { Measured, Measuring } from './measuring.ts'
import type { PeerStatus, StackStatus } from './status.ts'

/** How long a broadcast waits for a first subscriber when it knows of none, in ms. A subscription takes a round trip to arrive. */
const FIRST_SUBSCRIBER_WAIT_MS = 1_000
const DIAL_TIMEOUT_MS = 15_000
/** Through Tor a first connection takes seconds, at times half a minute. */
const TOR_TIMEOUT_MS = 120_000
const PING_TIMEOUT_MS = 10_000

export interface Asking {
  signal: AbortSignal
  timeoutMs?: number
}

export interface Sending extends Asking {
  text: string
  contentType?: string
}

/** What the command line and the HTTP API ask of a running node. Every method may throw what `publicError` knows. */
export interface Node {
  readonly events: EventLog
  readonly startedMs: number
  readonly offers: OffersService
  readonly mail: MailboxService
  readonly measure: Measuring
  status(): StackStatus
  peers(all: boolean): PeerStatus[]
  connect(target: string, asking: Asking): Promise<{ peer: string; address: string }>
  ping(target: string, asking: Asking): Promise<{ peer: string; rttMs: number }>
  send(target: string, sending: Sending): Promise<{ peer: string; sentMs: number; rttMs: number }>
  broadcast(
    topic: string,
    sending: Sending,
  ): Promise<Omit<Published, 'publishedMs'> & { topic: string; sentMs: number }>
  /** Stays on a topic until the result is disposed, so that its messages become events. */
  join(topic: string): Disposable
  /** Follows the offers of a market, or all, until the result is disposed, so that what happens to them becomes events. */
  follow(market: string | undefined): Disposable
  close(): Promise<void>
}

export interface NodeInit {
  /** Begun before the stack, which may have something to tell while it starts. */
  events: EventLog
  topics: readonly string[]
  onMeasured?: Measured
}

/** The node around a stack: two application messages, and everything that happens in one log. */
export async function createNode(stack: Stack, { events, ...init }: NodeInit): Promise<Node> {
  const startedMs = Date.now()
  const protocol = messageProtocol(stack.network)
  // the type is that of a stack that leaves nothing out
  const measure = stack.measure as MeasureService | undefined
  const measured = new MeasuredTopics(measure)
  const topics = new Topics({
    broadcast: stack.broadcast,
    along: topic => measured.join(topic),
    onMessage: (topic, { value, id, receivedFrom, receivedMs }) => {
      const { text, contentType, sentMs } = value
      const from = String(receivedFrom)
      events.append({ event: 'broadcast', topic, id, text, contentType, sentMs, receivedMs, receivedFrom: from })
    },
  })
  const handled = await stack.direct.handle(protocol, ({ text, contentType, sentMs }, { peer }) => {
    events.append({ event: 'direct', peer: String(peer), text, contentType, sentMs, receivedMs: Date.now() })
    return {}
  })
  const unrelay = relayEvents(stack, events)
  const { offers, mailbox: mail } = stack
  const append = events.append.bind(events)
  const followers = new OfferFollowers({ offers, append })
  const sync = new SyncEvents({ offers, append })
  const mailEvents = new MailEvents({ mail, append })
  for (const topic of init.topics) topics.join(topic)

  return {
    events,
    startedMs,
    offers,
    mail,
    measure: createMeasuring({
      service: measure,
      peerAt: (target, options) => peerAt(stack, target, options),
      onMeasured: init.onMeasured,
    }),
    status: () => stackStatus(stack, topics, sync.first),
    peers: all => peerStatuses(stack, all),
    connect: async (target, asking) => {
      const connection = await dial(stack, target, asking)
      return { peer: String(connection.remotePeer), address: String(connection.remoteAddr) }
    },
    ping: async (target, asking) => {
      const connection = await dial(stack, target, asking)
      const signal = AbortSignal.any([
        asking.signal,
        AbortSignal.timeout(asking.timeoutMs ?? timeoutOf(stack, PING_TIMEOUT_MS)),
      ])
      const peer = String(connection.remotePeer)
      try {
        return { peer, rttMs: await ping(connection, signal) }
      } catch (error) {
        throw dialError(error, `ping ${peer}`, signal)
      }
    },
    send: async (target, { text, contentType = DEFAULT_CONTENT_TYPE, ...asking }) => {
      const peer = await peerAt(stack, target, asking)
      const sentMs = Date.now()
      const startedAt = performance.now()
      await stack.direct.request(peer, protocol, { text, contentType, sentMs, nonce: new Uint8Array(0) }, asking)
      return { peer: String(peer), sentMs, rttMs: performance.now() - startedAt }
    },
    broadcast: async (topic, { text, contentType = DEFAULT_CONTENT_TYPE, signal }) => {
      const sentMs = Date.now()
      const message = { text, contentType, sentMs, nonce: randomBytes(NONCE_BYTES) }
      const sending = { waitMs: FIRST_SUBSCRIBER_WAIT_MS, signal }
      const { id, recipients, duplicate } = await topics.publish(topic, message, sending)
      return { topic, sentMs, id, recipients, duplicate }
    },
    join: topic => topics.join(topic),
    follow: market => followers.join(market),
    close: async () => {
      unrelay()
      await mailEvents[Symbol.asyncDispose]()
      followers.close()
      sync[Symbol.dispose]()
      events.close()
      await topics.close()
      await handled[Symbol.asyncDispose]()
    },
  }
}

/** A peer by its id, or the one at an address. */
async function peerAt(stack: Stack, target: string, asking: Asking): Promise<PeerId> {
  const to = otherThanUs(stack, target)
  return isMultiaddr(to) ? (await dial(stack, target, asking)).remotePeer : to
}

async function dial(stack: Stack, target: string, { signal, timeoutMs }: Asking): Promise<Connection> {
  const to = otherThanUs(stack, target)
  const both = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs ?? timeoutOf(stack, DIAL_TIMEOUT_MS))])
  try {
    return await stack.libp2p.dial(to, { signal: both })
  } catch (error) {
    throw dialError(error, target, both)
  }
}

function timeoutOf({ tor }: Stack, inTheOpenMs: number): number {
  return tor === undefined ? inTheOpenMs : TOR_TIMEOUT_MS
}

function otherThanUs(stack: Stack, target: string): ReturnType<typeof parseTarget> {
  const to = parseTarget(target)
  if (peerIn(target) === String(stack.libp2p.peerId))
    throw new NodeError('bad-request', `${target} is this node itself`)
  return to
}

/** The peer id that a target names: itself, or what follows its last /p2p/. */
function peerIn(target: string): string | undefined {
  if (!target.startsWith('/')) return target
  return /.*\/p2p\/([^/]+)$/.exec(target)?.[1]
}
