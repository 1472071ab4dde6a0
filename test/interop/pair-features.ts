import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { PeerError } from './peer.ts'
import { newTopic } from './node.ts'
import type { AnswerOf, Behaviour } from './commands.ts'
import type { Feature } from './features.ts'
import type { Node, Transport } from './node.ts'

/** Two connected nodes, one of them ours. */
export interface Pair {
  ours: Node
  theirs: Node
  transport: Transport
  dialled: AnswerOf<'dial'>
}

/** What is tested between two nodes, over each transport and whoever dialled. */
export const PAIR_FEATURES: Partial<Record<Feature, (pair: Pair) => Promise<void>>> = {
  security: async ({ dialled, transport }) => {
    // what an implementation cannot tell of a connection is absent
    if (dialled.security !== undefined) expect(dialled.security).toMatch(/noise/)
    if (dialled.muxer !== undefined) expect(dialled.muxer).toMatch(/yamux/)
    if (dialled.transport !== undefined) expect(dialled.transport).toMatch(transport === 'ws' ? /ws|websocket/ : /tcp/)
  },

  identify: async ({ ours, theirs }) => {
    const ofOurs = await theirs.call('identify', { peer: ours.id })
    expect(ofOurs.protocols).toContain('/stoa/interop/peers/1.0.0')
    const ofTheirs = await ours.call('identify', { peer: theirs.id })
    expect(ofTheirs.protocols).toContain('/ipfs/ping/1.0.0')
    for (const [from, to] of bothWays(ours, theirs)) {
      const { ms } = await from.call('ping', { peer: to.id })
      expect(ms).toBeGreaterThanOrEqual(0)
    }
  },

  gossipsub: async ({ ours, theirs }) => {
    const topic = newTopic()
    for (const node of [ours, theirs]) await node.call('subscribe', { topic })
    await hearEachOther(topic, [ours, theirs])
    for (const [from, to] of bothWays(ours, theirs)) {
      // the longest that fits: a topic of 57 characters leaves 65,466 bytes
      for (const data of ['00', Buffer.from(`from ${from.name}`).toString('hex'), 'a5'.repeat(65_000)]) {
        const whose = `${from.name === 'ours' ? '01' : '02'}${data}`
        const { id } = await from.call('publish', { topic, data: whose })
        expect(id, 'the id that the publisher gives it').toBe(messageId(topic, whose))
        await to.peer.received(topic, all => all.includes(whose))
        const copies = to.peer.messages.filter(message => message.topic === topic && message.data === whose)
        expect(copies.map(copy => copy.id)).toEqual([id])
      }
    }
  },

  direct: async ({ ours, theirs, transport }) => {
    for (const [from, to] of bothWays(ours, theirs)) {
      const ask = (behaviour: string, data: string): Promise<AnswerOf<'direct-request'>> =>
        from.call('direct-request', { peer: to.id, protocol: protocol(behaviour), data })
      const protocol = (behaviour: string): string => `/interop/${transport}/${behaviour}/1.0.0`
      const behaviours: Behaviour[] = ['echo', 'fail', 'stream']
      for (const behaviour of behaviours) await to.call('direct-serve', { protocol: protocol(behaviour), behaviour })
      expect(await ask('echo', '68656c6c6f')).toEqual({ data: '68656c6c6f' })
      expect(await ask('echo', '')).toEqual({ data: '' })
      expect(await ask('echo', '5a'.repeat(MAX_REQUEST_BYTES))).toEqual({ data: '5a'.repeat(MAX_REQUEST_BYTES) })
      expect(await codeOf(ask('echo', '5a'.repeat(MAX_REQUEST_BYTES + 1)))).toBe('too-large')
      expect(await codeOf(ask('fail', '00'))).toBe('failed')
      expect(await codeOf(ask('nobody', '00'))).toBe('no-such-protocol')
      expect(await ask('stream', '0102')).toEqual({ items: ['0102', '01020102', '010201020102'] })
      // more than a window of 64 KiB: credit has to be given
      const items = (await ask('stream', 'c3'.repeat(100_000))).items ?? []
      expect(items.map(item => item.length / 2)).toEqual([100_000, 200_000, 300_000])
    }
  },
}

/** spec/direct.md §2: unless a protocol says otherwise, in bytes. */
const MAX_REQUEST_BYTES = 1_048_576

/** Subscriptions take a while to be known on the other side: greetings go out until everybody has heard everybody. */
export async function hearEachOther(topic: string, nodes: readonly Node[]): Promise<void> {
  const greeting = (node: Node, round: number): string => Buffer.from(`greeting ${node.name} ${round}`).toString('hex')
  const heard = (node: Node): number =>
    new Set(
      node.peer.messages
        .filter(message => message.topic === topic)
        .map(({ data }) => Buffer.from(data, 'hex').toString().split(' '))
        .filter(([word]) => word === 'greeting')
        .map(([, name]) => name)
        // some hear themselves
        .filter(name => name !== node.name),
    ).size
  for (let round = 0; round < MAX_GREETINGS; round++) {
    await Promise.all(nodes.map(node => node.call('publish', { topic, data: greeting(node, round) })))
    const everybody = nodes.map(node =>
      node.peer.received(topic, () => heard(node) >= nodes.length - 1, GREETING_TIMEOUT_MS),
    )
    const results = await Promise.allSettled(everybody)
    if (results.every(({ status }) => status === 'fulfilled')) return
  }
  const missing = nodes.map(node => `${node.name} heard ${heard(node)}`).join(', ')
  throw new Error(`of ${nodes.length} nodes on ${topic} each should hear all others: ${missing}`)
}

const MAX_GREETINGS = 30
const GREETING_TIMEOUT_MS = 500

function bothWays(ours: Node, theirs: Node): ReadonlyArray<readonly [from: Node, to: Node]> {
  return [
    [ours, theirs],
    [theirs, ours],
  ]
}

async function codeOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer
  } catch (error) {
    if (error instanceof PeerError) return error.code
    throw error
  }
  return 'no error'
}

/** spec/broadcast.md §3 */
export function messageId(topic: string, data: string): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(topic.length)
  return createHash('sha256').update(length).update(topic).update(data, 'hex').digest('hex')
}
