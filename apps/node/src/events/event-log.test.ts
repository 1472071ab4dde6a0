import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventLog } from './event-log.ts'
import { EventReader } from './event-reader.ts'
import { EVERYTHING } from './event.ts'
import type { NodeEvent } from './event.ts'

const ALL = EVERYTHING
const disconnect = (peer: string): NodeEvent => ({ event: 'peer:disconnect', peer })
const broadcast = (topic: string, text = ''): NodeEvent => ({
  event: 'broadcast',
  topic,
  id: '',
  text,
  contentType: 'text/plain',
  sentMs: 0,
  receivedMs: 0,
  receivedFrom: '',
})

test('a reader gets what happens after it came, in order', () => {
  const log = new EventLog({ run: 'a' })
  log.append(disconnect('before'))
  const reader = new EventReader({ log, filter: ALL })
  log.append(disconnect('1'))
  log.append(disconnect('2'))
  expect(drain(reader)).toEqual(['1', '2'])
})

test('a reader that comes back gets what it has not seen', () => {
  const log = new EventLog({ run: 'a' })
  for (const peer of ['1', '2', '3']) log.append(disconnect(peer))
  expect(drain(new EventReader({ log, filter: ALL, after: 'a-1' }))).toEqual(['2', '3'])
})

test('a reader that was away too long learns how many events it has missed', () => {
  const log = new EventLog({ run: 'a', maxEvents: 2 })
  for (const peer of ['1', '2', '3', '4', '5']) log.append(disconnect(peer))
  expect(drain(new EventReader({ log, filter: ALL, after: 'a-1' }))).toEqual(['missed 2', '4', '5'])
})

test.for(['b-1', 'a-9', 'nonsense', '', 'a--1', `a-${'9'.repeat(400)}`])(
  'an id that this run of the node has not given, %s, is a gap of unknown size',
  after => {
    const log = new EventLog({ run: 'a' })
    log.append(disconnect('1'))
    expect(drain(new EventReader({ log, filter: ALL, after }))).toEqual(['missed undefined', '1'])
  },
)

test('large events are held up to the limit in bytes, and the newest always', () => {
  const log = new EventLog({ run: 'a', maxBytes: 10_000 })
  for (let n = 1; n <= 5; n++) log.append(broadcast('t', 'x'.repeat(4_000)))
  expect(log.at(1)).toEqual({ missed: 3 })
  log.append(broadcast('t', 'x'.repeat(20_000)))
  expect(log.at(1)).toEqual({ missed: 5 })
})

test('a filter lets through what was asked for', () => {
  const log = new EventLog({ run: 'a' })
  const readers = [
    new EventReader({ log, filter: { ...ALL, topics: ['x'] } }),
    new EventReader({ log, filter: { ...ALL, direct: true } }),
    new EventReader({ log, filter: { ...ALL, peers: true } }),
    new EventReader({ log, filter: { ...ALL, markets: ['m'] } }),
    new EventReader({ log, filter: { ...ALL, offers: true } }),
    new EventReader({ log, filter: { ...ALL, sync: true } }),
  ]
  log.append(broadcast('x'))
  log.append(broadcast('y'))
  log.append(disconnect('1'))
  log.append({ event: 'direct', peer: 'p', text: '', contentType: 'text/plain', sentMs: 0, receivedMs: 0 })
  for (const market of ['m', 'n']) log.append({ event: 'offer:expired', key: '', market, owner: '' })
  log.append({ event: 'offer:lagged', missed: 2 })
  log.append({ event: 'writable' })
  expect(readers.map(reader => drain(reader))).toEqual([
    ['broadcast x'],
    ['direct'],
    ['1'],
    ['offer:expired', 'offer:lagged'],
    ['offer:expired', 'offer:expired', 'offer:lagged'],
    ['writable'],
  ])
})

test('a position counts what the filter left out, so that coming back does not read it again', () => {
  const log = new EventLog({ run: 'a', maxEvents: 2 })
  const reader = new EventReader({ log, filter: { ...ALL, direct: true } })
  for (const peer of ['1', '2']) log.append(disconnect(peer))
  expect(drain(reader)).toEqual([])
  expect(reader.position).toBe('a-2')
})

test('a waiting reader wakes for an event, for the end of the log, and when it is closed', async () => {
  const log = new EventLog({ run: 'a' })
  const [one, other] = [new EventReader({ log, filter: ALL }), new EventReader({ log, filter: ALL })]
  const next = one.next(60_000)
  log.append(disconnect('1'))
  expect(await next).toMatchObject({ type: 'event' })
  const [ended, closed] = [one.next(60_000), (other.take(), other.next(60_000))]
  other.close()
  expect(await closed).toEqual({ type: 'end' })
  log.close()
  expect(await ended).toEqual({ type: 'end' })
})

test('a reader that nothing reaches is told so', async () => {
  const reader = new EventReader({ log: new EventLog({ run: 'a' }), filter: ALL })
  expect(await reader.next(1)).toEqual({ type: 'idle' })
})

test('whatever is appended and read in whatever order, a reader sees each event once or has it counted as missed', () => {
  const step = fc.oneof(fc.constant('append' as const), fc.nat({ max: 5 }))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step), (maxEvents, steps) => {
      const log = new EventLog({ run: 'a', maxEvents })
      const reader = new EventReader({ log, filter: ALL })
      let appended = 0
      let seen = 0
      const numbers: Array<[number, number]> = []
      const take = (): boolean => {
        const reading = reader.take()
        if (reading?.type === 'gap') seen += reading.missed!
        else if (reading?.type === 'event') numbers.push([reading.logged.number, ++seen])
        return reading !== undefined
      }
      for (const one of steps) {
        if (one === 'append') log.append(disconnect(String(++appended)))
        else for (let n = 0; n < one; n++) take()
      }
      while (take());
      expect(seen).toBe(appended)
      expect(numbers.filter(([number, expected]) => number !== expected)).toEqual([])
    }),
  )
})

function drain(reader: EventReader): string[] {
  const seen: string[] = []
  for (let reading = reader.take(); reading !== undefined; reading = reader.take()) {
    if (reading.type === 'gap') seen.push(`missed ${reading.missed}`)
    else if (reading.type === 'event') {
      const { event } = reading.logged
      if (event.event === 'peer:disconnect') seen.push(event.peer)
      else seen.push(event.event === 'broadcast' ? `broadcast ${event.topic}` : event.event)
    }
  }
  return seen
}
