import { isSteady, rttOf } from '../core/clock-offset.ts'
import { MeasureError } from '../errors.ts'
import type { Target } from '@stoa/direct'
import type { MeasureComponents } from '../components.ts'
import type { ClockSample } from '../core/clock-offset.ts'
import type { MeasureProtocol } from './protocol.ts'

export interface ClockInit {
  direct: MeasureComponents['direct']
  protocol: MeasureProtocol
  now: () => number
  /** Told the round trip of each exchange. */
  onRtt: (rttMs: number) => void
}

export interface Exchanges {
  least: number
  /** As long as they are not steady. */
  most: number
}

/** Asks a peer what its clock says, one exchange after the other. @throws what direct throws, and {MeasureError} `malformed` */
export async function askClock(
  init: ClockInit,
  target: Target,
  { least, most }: Exchanges,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ClockSample[]> {
  const { direct, protocol, now, onRtt } = init
  const samples: ClockSample[] = []
  for (let exchange = 0; exchange < least || (exchange < most && !isSteady(samples)); exchange++) {
    const askedMs = now()
    const { clock } = await direct.request(target, protocol, { clock: {} }, { signal, timeoutMs })
    const answeredMs = now()
    if (clock === undefined || !Number.isSafeInteger(clock.receivedUs) || !Number.isSafeInteger(clock.sentUs)) {
      throw new MeasureError('malformed', 'the peer was asked what its clock says, and did not say it')
    }
    const sample = { askedMs, receivedMs: clock.receivedUs / 1_000, sentMs: clock.sentUs / 1_000, answeredMs }
    samples.push(sample)
    // the first may have opened the stream
    if (exchange > 0) onRtt(rttOf(sample))
  }
  return samples
}
