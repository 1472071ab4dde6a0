import { NodeClient } from './client.ts'
import { print } from './print.ts'
import { duration, jsonLine, printable, table } from './terminal.ts'
import { textArgument } from './text-argument.ts'
import type { AskOptions } from './asker.ts'
import type { z } from 'zod'
import type * as schemas from '../http/schemas.ts'

export interface SendOptions extends AskOptions {
  contentType?: string
  timeoutMs?: number
}

type Status = z.output<typeof schemas.statusSchema>
type Peers = z.output<typeof schemas.peersSchema>
type Sent = z.output<typeof schemas.sentSchema>
type Published = z.output<typeof schemas.publishedSchema>
type Connected = z.output<typeof schemas.connectedSchema>
type Pong = z.output<typeof schemas.pongSchema>

/** What the node allows itself for one request, in ms: its own limits are below. Through Tor a first connection takes its time. */
const WORK_MS = 130_000

export async function id({ data, json }: AskOptions): Promise<void> {
  const { peerId, addresses } = await (await NodeClient.open(data)).call<Status>('/v1/status')
  // the id alone, so that `stoa send $(stoa id --data ./other) hello` works
  print(json, { peerId, addresses }, () => printable(peerId))
}

export async function peers({ data, json, all }: AskOptions & { all?: boolean }): Promise<void> {
  const { peers: list } = await (await NodeClient.open(data)).call<Peers>(`/v1/peers${all ? '?all=1' : ''}`)
  if (json) {
    for (const peer of list) process.stdout.write(`${jsonLine(peer)}\n`)
    return
  }
  if (list.length === 0) return print(false, {}, () => 'no peers yet; stoa connect MULTIADDR makes a first one')
  const rows = list.map(peer => [
    peer.peer,
    peer.direction ?? 'known',
    peer.standing ?? '-',
    peer.source ?? '-',
    peer.connectedMs === null ? '-' : duration(Date.now() - peer.connectedMs),
    shownAddress(peer),
  ])
  print(false, {}, () => table([['PEER', 'DIRECTION', 'STANDING', 'SOURCE', 'SINCE', 'ADDRESS'], ...rows]))
}

/** Where it is connected, or may be dialled. Where an inbound connection through Tor comes from is not known. */
function shownAddress({
  direction,
  connections: [connected],
  addresses: [known = '-'],
}: Peers['peers'][number]): string {
  if (connected === undefined) return known
  return direction === 'inbound' && connected.startsWith('/onion3/') ? known : connected
}

export async function connect(address: string, { data, json }: AskOptions): Promise<void> {
  const client = await NodeClient.open(data)
  const it = await client.call<Connected>('/v1/connect', { method: 'POST', body: { address }, workMs: WORK_MS })
  print(json, it, () => `connected to ${it.peer} at ${it.address}`)
}

export async function ping(peer: string, { data, json }: AskOptions): Promise<void> {
  const client = await NodeClient.open(data)
  const path = `/v1/ping/${encodeURIComponent(peer)}`
  const it = await client.call<Pong>(path, { method: 'POST', body: {}, workMs: WORK_MS })
  print(json, it, () => `${it.peer} answered in ${it.rttMs.toFixed(1)} ms`)
}

export async function send(peer: string, argument: string, options: SendOptions): Promise<void> {
  const client = await NodeClient.open(options.data)
  const it = await client.call<Sent>(`/v1/direct/${encodeURIComponent(peer)}`, await textRequest(argument, options))
  print(options.json, it, () => `${it.peer} has it (${it.rttMs.toFixed(1)} ms)`)
}

export async function broadcast(topic: string, argument: string, options: SendOptions): Promise<void> {
  const client = await NodeClient.open(options.data)
  const it = await client.call<Published>(
    `/v1/broadcast/${encodeURIComponent(topic)}`,
    await textRequest(argument, options),
  )
  const peopled = `sent to ${it.recipients} ${it.recipients === 1 ? 'peer' : 'peers'} on ${topic}`
  print(options.json, it, () => (it.recipients === 0 ? `no connected peer is on ${topic} yet` : peopled))
}

async function textRequest(argument: string, { contentType, timeoutMs }: SendOptions) {
  const text = await textArgument(argument)
  return { method: 'POST', body: { text, contentType, timeoutMs }, workMs: timeoutMs ?? WORK_MS } as const
}
