import { paired } from './paired.ts'
import { atLeast } from './table.ts'
import type { Row } from './table.ts'

/** 100-byte echo between two processes over loopback TCP, encrypted. */
export async function run(rounds: number): Promise<Row[]> {
  const many = await paired('64', ['hyperswarm', 'http2'], rounds)
  const single = await paired('1', ['hyperswarm'], rounds)
  const inFlight = { what: '64 requests in flight', unit: 'requests/s', ours: many.ours }
  return [
    atLeast(2, { ...inFlight, against: 'protomux-rpc, secret-stream', theirs: many.theirs.hyperswarm! }),
    atLeast(5, { ...inFlight, against: 'HTTP/2 over TLS', theirs: many.theirs.http2! }),
    atLeast(0.8, {
      what: 'one request at a time',
      unit: 'requests/s',
      ours: single.ours,
      against: 'protomux-rpc, secret-stream',
      theirs: single.theirs.hyperswarm!,
    }),
  ]
}
