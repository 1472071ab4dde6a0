import { expect, test } from 'vitest'
import { milliseconds, peerText, peersText, propagationText } from './report-text.ts'
import type { PropagationReport } from '@stoa/measure'

const SCREEN = { columns: 60, isUnicode: false }
const DELAYS = { count: 200, min: 0.4, mean: 3, p50: 2.1, p90: 7.96, p99: 12.3, max: 180 }
const REPORT: PropagationReport = {
  topic: 'lobby',
  probes: { sent: 100, bytes: 1_024, intervalMs: 100 },
  delaysMs: DELAYS,
  distribution: [
    [0.4, 0.01],
    [2.1, 0.5],
    [12.3, 0.99],
    [180, 1],
  ],
  receivers: 2,
  reached: 0.9996,
  duplicates: 1.925,
  bytesPerDelivery: 3_123.4,
  discarded: { arrivals: 0, answers: 0, withoutClock: 0 },
  peers: [
    { peer: 'near', received: 100, delaysMs: DELAYS, duplicates: 200, rttMs: 0.4, clockOffsetMs: -0.01 },
    { peer: 'far', received: 99, delaysMs: { ...DELAYS, p50: 4 }, duplicates: 183, rttMs: 1, clockOffsetMs: 12_345 },
    { peer: 'deaf', received: 0, delaysMs: undefined, duplicates: 0, rttMs: 1, clockOffsetMs: 0 },
  ],
}

test('a run is a table of delays, what it reached and cost, and a plot', () => {
  const lines = propagationText(REPORT, SCREEN).split('\n')
  expect(lines.slice(0, 10)).toEqual([
    '100 probes of 1,024 bytes, one every 100 ms, on topic lobby; 2 nodes answered',
    '',
    '       P50     P90     P99      MAX',
    'delay  2.1 ms  8.0 ms  12.3 ms  180 ms',
    '',
    'reached     99.9 % of what was sent, mean of those that answered',
    'duplicates  1.93 for each probe and node',
    'bytes       3,123 for each probe delivered, duplicates included',
    'clocks      compared to 0.50 ms or better',
    '',
  ])
  expect(lines[10]).toMatch(/^100 % \+/)
  expect(lines.at(-1)!.trim()).toBe('the last 1 % took up to 180 ms')
})

test('what is in no figure is told', () => {
  const discarded = { arrivals: 1_200, answers: 0, withoutClock: 1 }
  expect(propagationText({ ...REPORT, discarded }, SCREEN)).toContain(
    'left out    1,200 arrivals that cannot have been, 1 answers of nodes whose clock could not be asked\n',
  )
})

test('where nobody answered there is nothing to plot', () => {
  const text = propagationText({ ...REPORT, receivers: 0, delaysMs: undefined, distribution: [], peers: [] }, SCREEN)
  expect(text).toMatch(/^100 probes .* on topic lobby: nobody answered\./)
  expect(text.split('\n')).toHaveLength(1)
})

test('nodes are listed the slowest first, those that nothing reached before all', () => {
  const lines = peersText(REPORT).split('\n')
  expect(lines.map(line => line.split(' ')[0])).toEqual(['PEER', 'deaf', 'far', 'near'])
  expect(lines[2]).toMatch(/^far +99 +4\.0 ms .* 1\.85 +1\.0 ms +12\.3 s ahead$/)
  expect(lines[3]).toMatch(/0\.01 ms behind$/)
})

test('a peer is its round trip, what goes each way, and its clock', () => {
  const text = peerText({
    peer: '12D3KooW',
    rttMs: DELAYS,
    throughput: { sendBytesPerSecond: 61_250_000, receiveBytesPerSecond: 8_000_000, bytes: 8_388_608 },
    clockOffsetMs: -3,
    clockErrorMs: 0.2,
  })
  expect(text.split('\n')).toEqual([
    '12D3KooW, 200 round trips',
    '',
    '            MIN      P50     P90     P99      MAX',
    'round trip  0.40 ms  2.1 ms  8.0 ms  12.3 ms  180 ms',
    '',
    'to it      61.3 MB/s (8.4 MB)',
    'from it    8.0 MB/s (8.4 MB)',
    'its clock  3.0 ms behind (±0.20 ms)',
  ])
})

test('nothing that a peer says is a command to the terminal', () => {
  expect(propagationText({ ...REPORT, topic: '\u001b[2J' }, SCREEN)).not.toContain('\u001b')
  expect(peersText({ peers: [{ ...REPORT.peers[0]!, peer: '\u001b[2J' }] })).not.toContain('\u001b')
})

test.for([
  [0.004, '0.00 ms'],
  [0.42, '0.42 ms'],
  [12.34, '12.3 ms'],
  [340.6, '341 ms'],
  [52_340, '52.3 s'],
] as const)('%d ms is shown as %s', ([ms, text]) => {
  expect(milliseconds(ms)).toBe(text)
})
