import { paired } from './paired.ts'
import { atLeast } from './table.ts'
import type { Row } from './table.ts'

/** 256 MiB one way through one bounded stream, between two processes over loopback TCP, encrypted. */
export async function run(rounds: number): Promise<Row[]> {
  const bulk = await paired('bulk', ['tls', 'hyperswarm'], rounds)
  return [
    atLeast(
      0.5,
      {
        what: 'bulk bytes',
        unit: 'MB/s',
        ours: bulk.ours,
        against: 'Node TLS 1.3, ChaCha20-Poly1305',
        theirs: bulk.theirs.tls!,
      },
      bulk.ratio.tls,
    ),
    atLeast(
      0.8,
      { what: 'bulk bytes', unit: 'MB/s', ours: bulk.ours, against: 'secret-stream', theirs: bulk.theirs.hyperswarm! },
      bulk.ratio.hyperswarm,
    ),
  ]
}
