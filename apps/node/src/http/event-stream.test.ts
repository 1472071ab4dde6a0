import { once } from 'node:events'
import { connect } from 'node:net'
import { memoryGrowth } from '@stoa/testkit'
import { arrayBuffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { EVERYTHING } from '../events/event.ts'
import { EventLog } from '../events/event-log.ts'
import { EventStreams } from './event-stream.ts'
import { listen } from './server.ts'
import type { NodeEvent } from '../events/event.ts'

const ALL = EVERYTHING
const message = (text: string): NodeEvent => ({
  event: 'direct',
  peer: 'p',
  text,
  contentType: 'text/plain',
  sentMs: 0,
  receivedMs: 0,
})

function fakeNode(init: { maxEvents?: number } = {}) {
  const events = new EventLog({ run: 'a', ...init })
  const joined: string[] = []
  const join = (topic: string): Disposable => {
    if (topic === 'bad') throw new Error('bad topic')
    joined.push(topic)
    return { [Symbol.dispose]: () => void joined.splice(joined.indexOf(topic), 1) }
  }
  const follow = (market = 'all markets'): Disposable => join(market)
  return { events, join, follow, joined }
}

test('a reader’s topics are joined while it reads, and left when it leaves', async () => {
  const node = fakeNode()
  const streams = new EventStreams(node)
  const reader = streams.open({ ...ALL, topics: ['x', 'y'] }, undefined).getReader()
  await reader.read()
  expect([node.joined, streams.readers]).toEqual([['x', 'y'], 1])
  // it waits for an event
  const waiting = reader.read()
  await reader.cancel()
  expect(await waiting).toMatchObject({ done: true })
  expect([node.joined, streams.readers]).toEqual([[], 0])
})

test('a reader’s markets are followed while it reads', async () => {
  const node = fakeNode()
  const streams = new EventStreams(node)
  const reader = streams.open({ ...ALL, markets: ['x'], offers: true }, undefined).getReader()
  expect(node.joined).toEqual(['x', 'all markets'])
  await reader.cancel()
  expect(node.joined).toEqual([])
})

test('a reader that cannot have all of its topics gets none', () => {
  const node = fakeNode()
  const streams = new EventStreams(node)
  expect(() => streams.open({ ...ALL, topics: ['x', 'bad'] }, undefined)).toThrow('bad topic')
  expect([node.joined, streams.readers]).toEqual([[], 0])
})

test('readers are limited', () => {
  const streams = new EventStreams(fakeNode(), 1)
  streams.open(ALL, undefined)
  expect(() => streams.open(ALL, undefined)).toThrow('1 readers of events are connected, which is the limit')
})

test('a stream ends with the node', async () => {
  const node = fakeNode()
  const streams = new EventStreams(node)
  const reading = arrayBuffer(streams.open({ ...ALL, topics: ['x'] }, undefined))
  node.events.append(message('one'))
  node.events.close()
  expect(Buffer.from(await reading).toString()).toMatch(/^retry: 1000\n\nevent: listening\nid: a-0\ndata: .*\n\n/)
  expect([node.joined, streams.readers]).toEqual([[], 0])
})

test('a reader that stops reading costs its socket buffers and no more, and learns what it missed', async () => {
  const node = fakeNode()
  const streams = new EventStreams(node)
  const server = await listen(() => new Response(streams.open(ALL, undefined)), { host: '127.0.0.1', port: 0 })
  const socket = connect(server.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  // until the stream has begun; then it reads nothing
  await once(socket, 'readable')
  const text = 'x'.repeat(32_768)
  const count = 4_000
  // 131 MB go by
  const growth = await memoryGrowth(async () => {
    for (let n = 1; n <= count; n++) {
      node.events.append(message(`${n} ${text}`))
      // as messages come: the server gets its turn
      if (n % 16 === 0) await new Promise(resolve => setImmediate(resolve))
    }
  })
  // the log holds 4 MiB as JSON and the same as values
  expect(growth.heapUsedBytes + growth.externalBytes).toBeLessThan(16 * 1_048_576)

  let received = ''
  socket.setEncoding('utf8').on('data', chunk => (received = (received + chunk).slice(-200_000)))
  let gap = ''
  while (!received.includes(`"${count} xxx`)) {
    gap = /"event":"gap","missed":(\d+)/.exec(received)?.[1] ?? gap
    await once(socket, 'data')
  }
  expect(Number(gap)).toBeGreaterThan(1_000)
  socket.destroy()
  node.events.close()
  await server.close()
})
