import { TypedEventEmitter } from '@libp2p/interface'
import { expect, test } from 'vitest'
import { EventLog } from '../events/event-log.ts'
import { TorReport, progressLine } from './tor-report.ts'
import type { LoggedEvent } from '../events/event-log.ts'

class FakeTor extends TypedEventEmitter<{ up: Event; down: CustomEvent<Error>; reachable: Event }> {
  isReachable = false
  status() {
    return { state: 'up', isReachable: this.isReachable, onion: '/onion3/abc:4001' }
  }
}

function begin() {
  const events = new EventLog({ run: 'test' })
  const lines: string[] = []
  const report = new TorReport({ events, log: line => void lines.push(line) })
  const told = () => Array.from({ length: events.last }, (_, index) => (events.at(index + 1) as LoggedEvent).event)
  return { report, lines, told, tor: new FakeTor() }
}

test('the way into the network is a line each, and why it does not come on is said', () => {
  expect(progressLine({ percent: 45, summary: 'Loading relay descriptors' })).toBe(
    'Tor 45 %: loading relay descriptors',
  )
  expect(progressLine({ percent: 5, summary: 'Connecting to a relay', warning: 'No route to host' })).toBe(
    'Tor 5 %: connecting to a relay (No route to host)',
  )
})

test('progress is on standard error and an event, each line once', () => {
  const { report, lines, told } = begin()
  report.onBootstrap({ percent: 45, summary: 'Loading' })
  report.onBootstrap({ percent: 45, summary: 'Loading' })
  expect(lines).toEqual(['Tor 45 %: loading'])
  expect(told()[0]).toMatchObject({ event: 'tor', state: 'starting', percent: 45, summary: 'Loading' })
})

test('that it is down, and back, is told until the report is closed', () => {
  const { report, lines, told, tor } = begin()
  report.watch(tor as never)
  tor.safeDispatchEvent('down', { detail: new Error('Tor was ended by SIGKILL') })
  tor.safeDispatchEvent('up')
  tor.isReachable = true
  tor.safeDispatchEvent('reachable')
  report.close()
  tor.safeDispatchEvent('up')
  expect(told()).toEqual([
    { event: 'tor', state: 'up' },
    { event: 'tor', state: 'down', reason: 'Tor was ended by SIGKILL' },
    { event: 'tor', state: 'up' },
    { event: 'tor', state: 'reachable', onion: '/onion3/abc:4001' },
  ])
  expect(lines).toEqual([
    'Tor is down, and is started again: Tor was ended by SIGKILL',
    'Tor: others can reach this node at /onion3/abc:4001',
  ])
})
