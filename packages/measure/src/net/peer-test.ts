import { isPeerId } from '@libp2p/interface'
import { clockOffset, rttOf } from '../core/clock-offset.ts'
import { MeasureError } from '../errors.ts'
import { delaysOf } from '../statistics.ts'
import { askClock } from './clocks.ts'
import { measureLoad } from './load.ts'
import type { Target } from '@stoa/direct'
import type { MeasureComponents } from '../components.ts'
import type { PeerReport } from '../report.ts'
import type { ClockInit } from './clocks.ts'
import type { LoadProtocol } from './protocol.ts'

/** What one exchange may take, in ms: the first may have to dial. */
const TIMEOUT_MS = 30_000
/** Enough for percentiles; within what a peer answers at once (`clocksPerSecond`). */
const EXCHANGES = { least: 31, most: 31 }

export interface PeerTestInit {
  components: Pick<MeasureComponents, 'direct' | 'connectionManager'>
  clock: ClockInit
  loadProtocol: LoadProtocol
  maxLoadMs: number
}

/** @throws {MeasureError}, or what direct throws */
export async function testPeer(
  { components, clock, loadProtocol, maxLoadMs }: PeerTestInit,
  target: Target,
  bytes: number,
  signal: AbortSignal,
): Promise<PeerReport> {
  const samples = await askClock(clock, target, EXCHANGES, TIMEOUT_MS, signal)
  const offset = clockOffset(samples)
  // the first has dialled, or opened the stream
  const rttMs = delaysOf(samples.slice(1).map(rttOf))
  if (offset === undefined || rttMs === undefined) {
    throw new MeasureError('malformed', 'the clock of the peer goes backwards')
  }
  const { direct } = components
  const { now } = clock
  const throughput =
    bytes === 0
      ? { sendBytesPerSecond: 0, receiveBytesPerSecond: 0, bytes }
      : await measureLoad({ direct, protocol: loadProtocol, now, maxLoadMs, signal }, target, bytes)
  return {
    peer: nameOf(target, components),
    rttMs,
    throughput,
    clockOffsetMs: offset.offsetMs,
    clockErrorMs: offset.rttMs / 2,
  }
}

/** The peer id; of an address that does not name it, that of the connection that was made. */
function nameOf(target: Target, { connectionManager }: Pick<MeasureComponents, 'connectionManager'>): string {
  if (isPeerId(target)) return target.toString()
  const addresses = (Array.isArray(target) ? target : [target]).map(address => address.toString())
  const named = addresses.map(address => address.split('/p2p/')[1]).find(peer => peer !== undefined)
  if (named !== undefined) return named
  const found = connectionManager
    .getConnections()
    .find(({ remoteAddr }) => addresses.some(address => remoteAddr.toString().startsWith(address)))
  return found?.remotePeer.toString() ?? String(addresses[0])
}
