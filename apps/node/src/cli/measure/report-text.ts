import { count, megabytes, printable, table } from '../terminal.ts'
import { plot } from './plot.ts'
import type { PeerReport, PropagationReport } from '@stoa/measure'

type Delays = NonNullable<PropagationReport['delaysMs']>

export interface ShownOn {
  columns: number
  isUnicode: boolean
}

/** A run of probes for people: a table, how much was reached at what cost, and a plot. */
export function propagationText(report: PropagationReport, screen: ShownOn): string {
  const { topic, probes, receivers, delaysMs } = report
  const what = `${count(probes.sent)} ${probes.sent === 1 ? 'probe' : 'probes'} of ${count(probes.bytes)} bytes`
  const head = `${what}, one every ${count(probes.intervalMs)} ms, on topic ${printable(topic)}`
  if (receivers === 0 || delaysMs === undefined) {
    return `${head}: nobody answered. Nodes answer that are on the topic too; stoa status counts them.`
  }
  return [
    `${head}; ${count(receivers)} ${receivers === 1 ? 'node' : 'nodes'} answered`,
    '',
    table([
      ['', 'P50', 'P90', 'P99', 'MAX'],
      ['delay', ...delayCells(delaysMs)],
    ]),
    '',
    table([
      ['reached', `${percent(report.reached)} of what was sent, mean of those that answered`],
      ['duplicates', `${report.duplicates.toFixed(2)} for each probe and node`],
      ['bytes', `${count(Math.round(report.bytesPerDelivery))} for each probe delivered, duplicates included`],
      ['clocks', `compared to ${milliseconds(clockErrorMs(report))} or better`],
      ...leftOut(report),
    ]),
    '',
    ...plot(report.distribution, { ...screen, show: milliseconds }),
  ].join('\n')
}

/** A row for each node that answered, the slowest first. */
export function peersText({ peers }: Pick<PropagationReport, 'peers'>): string {
  const rows = peers
    .toSorted((a, b) => (b.delaysMs?.p50 ?? Infinity) - (a.delaysMs?.p50 ?? Infinity))
    .map(({ peer, received, delaysMs, duplicates, rttMs, clockOffsetMs }) => [
      peer,
      count(received),
      ...(delaysMs === undefined ? ['-', '-', '-', '-'] : delayCells(delaysMs)),
      received === 0 ? '-' : (duplicates / received).toFixed(2),
      milliseconds(rttMs),
      signed(clockOffsetMs),
    ])
  return table([['PEER', 'RECEIVED', 'P50', 'P90', 'P99', 'MAX', 'DUPLICATES', 'ROUND TRIP', 'CLOCK'], ...rows])
}

export function peerText({ peer, rttMs, throughput, clockOffsetMs, clockErrorMs }: PeerReport): string {
  const { sendBytesPerSecond, receiveBytesPerSecond, bytes } = throughput
  return [
    `${printable(peer)}, ${count(rttMs.count)} round trips`,
    '',
    table([
      ['', 'MIN', 'P50', 'P90', 'P99', 'MAX'],
      ['round trip', milliseconds(rttMs.min), ...delayCells(rttMs)],
    ]),
    '',
    table([
      ['to it', `${rate(sendBytesPerSecond)} (${megabytes(bytes)})`],
      ['from it', `${rate(receiveBytesPerSecond)} (${megabytes(bytes)})`],
      ['its clock', `${signed(clockOffsetMs)} (±${milliseconds(clockErrorMs)})`],
    ]),
  ].join('\n')
}

/** 0.42 ms, 12.3 ms, 340 ms, 5.2 s */
export function milliseconds(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms.toFixed(ms < 1 ? 2 : ms < 100 ? 1 : 0)} ms`
}

function delayCells({ p50, p90, p99, max }: Delays): string[] {
  return [p50, p90, p99, max].map(milliseconds)
}

/** What nodes said and cannot be is in no figure, and not hidden. */
function leftOut({ discarded }: PropagationReport): string[][] {
  const parts = [
    [discarded.arrivals, 'arrivals that cannot have been'],
    [discarded.answers, 'answers that were none, or one too many'],
    [discarded.withoutClock, 'answers of nodes whose clock could not be asked'],
  ] as const
  const found = parts.filter(([many]) => many > 0).map(([many, what]) => `${count(many)} ${what}`)
  return found.length === 0 ? [] : [['left out', found.join(', ')]]
}

/** Half a round trip bounds how wrong a comparison of clocks is (RFC 5905 §8). */
function clockErrorMs({ peers }: PropagationReport): number {
  return Math.max(...peers.map(({ rttMs }) => rttMs / 2))
}

function signed(ms: number): string {
  const size = milliseconds(Math.abs(ms))
  return ms < 0 ? `${size} behind` : `${size} ahead`
}

function percent(share: number): string {
  // not "100 %" for what is nearly all
  return `${(Math.floor(share * 1_000) / 10).toFixed(share === 1 ? 0 : 1)} %`
}

function rate(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1_000_000).toFixed(1)} MB/s`
}
