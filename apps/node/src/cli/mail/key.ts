import { NodeClient } from '../client.ts'
import { print } from '../print.ts'
import { table } from '../terminal.ts'
import type { OwnMailKeys } from '@stoa/mailbox'
import type { AskOptions } from '../asker.ts'

/** HPKE KEM ids: RFC 9180 §7.1 and draft-ietf-hpke-pq. */
const SUITES: Record<number, string> = { 0x647a: 'MLKEM768-X25519', 0x0020: 'X25519' }
/** Of a public key, which has up to 2,432. */
const SHOWN_DIGITS = 16

export async function key({ data, json }: AskOptions): Promise<void> {
  const own = await (await NodeClient.open(data)).call<OwnMailKeys>('/v1/mail/key')
  print(json, own, () => {
    const rows = own.keys.map(({ suite, publicKey, createdMs, untilMs, eraseMs }) => [
      SUITES[suite] ?? `0x${suite.toString(16)}`,
      `${publicKey.slice(0, SHOWN_DIGITS)}…`,
      ...[createdMs, untilMs, eraseMs].map(ms => new Date(ms).toISOString().slice(0, 16)),
    ])
    const head = table([
      ['device', own.device],
      ['bucket', String(own.bucket)],
    ])
    return `${head}\n\n${table([['SUITE', 'PUBLIC KEY', 'MADE', 'PUBLISHED UNTIL', 'ERASED AT'], ...rows])}`
  })
}
