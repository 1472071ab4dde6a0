import { paired } from './paired.ts'
import { atLeast } from './table.ts'
import type { Row } from './table.ts'

/** 256 MiB one way through one bounded stream, between two processes over loopback TCP, encrypted. */
export async function run(rounds: number): Promise<Row[]> {
  const { ours, theirs } = await paired('bulk', ['tls', 'hyperswarm'], rounds)
  const bulk = { what: 'bulk bytes', unit: 'MB/s', ours }
  return [
    atLeast(0.5, { ...bulk, against: 'Node TLS 1.3, ChaCha20-Poly1305', theirs: theirs.tls! }),
    atLeast(0.8, { ...bulk, against: 'secret-stream', theirs: theirs.hyperswarm! }),
  ]
}
