import { NodeClient } from './client.ts'
import { clockWarning } from './event-line.ts'
import { print } from './print.ts'
import { count, duration, megabytes, table } from './terminal.ts'
import type { AskOptions } from './asker.ts'
import type { z } from 'zod'
import type { statusSchema } from '../http/schemas.ts'

type Status = z.output<typeof statusSchema>
type Tor = NonNullable<Status['tor']>
type Replica = Status['replicas'][number]

/** spec/replica.md §3: an offer from further ahead is refused. */
const MAX_CLOCK_SKEW_MS = 120_000

export async function status({ data, json }: AskOptions): Promise<void> {
  const it = await (await NodeClient.open(data)).call<Status>('/v1/status')
  const { connections, peers, errors } = it
  const [first = '', ...others] = it.addresses
  print(json, it, () =>
    table([
      ['peer id', it.peerId],
      ['network', it.network],
      ['running', `${duration(Date.now() - it.startedMs)}, pid ${it.pid}, version ${it.version}`],
      [
        'peers',
        `${peers.connected} connected (${peers.members} of this network, wanted ${peers.target}), ${peers.known} known`,
      ],
      ...(it.tor === null ? [] : [['tor', torLine(it.tor, it.refusedAddresses)]]),
      ['connections', `${connections.inbound} inbound, ${connections.outbound} outbound`],
      ...it.replicas.map(replica => [replica.name, replicaLine(replica)]),
      ['mail', mailLine(it.mail)],
      ...warnings(it).map(warning => ['warning', warning]),
      ['topics', it.topics.map(({ name, subscribers }) => `${name} (${subscribers} on it)`).join(', ') || 'none'],
      ...(errors.unexpected > 0 ? [['errors', `${errors.unexpected} unexpected, see the log of the node`]] : []),
      ['addresses', first],
      ...others.map(address => ['', address]),
    ]),
  )
}

function torLine({ state, percent, summary, isReachable, restarts, reason }: Tor, refused: number): string {
  const where =
    state === 'up' ? (isReachable ? 'up, reachable' : 'up, not reachable yet') : `${state}, ${percent} %: ${summary}`
  return [
    where,
    ...(reason === null ? [] : [reason]),
    ...(restarts > 0 ? [restarts === 1 ? 'restarted once' : `restarted ${count(restarts)} times`] : []),
    ...(refused > 0 ? [`${count(refused)} other addresses dropped`] : []),
  ].join(', ')
}

function replicaLine({ live, entries, chargedBytes, budgetBytes, priceBits, ...it }: Replica): string {
  const synchronized = it.lastSyncMs === null ? 'never' : `${duration(Date.now() - it.lastSyncMs)} ago`
  return [
    `${count(live)} live of ${count(entries)} entries`,
    `${megabytes(chargedBytes)} of ${megabytes(budgetBytes)}`,
    ...(priceBits > 0 ? [`price ${priceBits} bits`] : []),
    `synchronized ${it.sessions > 0 ? 'now' : synchronized}`,
  ].join(', ')
}

function mailLine({ unread, outbox }: Status['mail']): string {
  const sent = Object.entries(outbox).filter(([, many]) => many > 0)
  return [
    `${count(unread)} unread`,
    `outbox: ${sent.map(([state, many]) => `${count(many)} ${state}`).join(', ') || 'empty'}`,
  ].join(', ')
}

function warnings({ replicas, firstSync }: Status): string[] {
  const stopped = replicas.find(({ readOnly }) => readOnly !== null)
  const clock = replicas.find(({ clockOffsetMs }) => Math.abs(clockOffsetMs ?? 0) > MAX_CLOCK_SKEW_MS)
  return [
    ...(firstSync === null || firstSync.done
      ? []
      : [`the first synchronization has ${count(firstSync.received)} of ${count(firstSync.expected)} entries so far`]),
    ...(stopped === undefined ? [] : [stopped.readOnly!]),
    ...(clock === undefined ? [] : [clockWarning(clock.clockOffsetMs!)]),
  ]
}
