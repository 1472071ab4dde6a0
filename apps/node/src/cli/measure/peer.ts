import { NodeClient } from '../client.ts'
import { print } from '../print.ts'
import { untilInterrupted } from './interrupt.ts'
import { peerText } from './report-text.ts'
import type { AskOptions } from '../asker.ts'
import type { PeerReport } from '@stoa/measure'

export interface PeerOptions extends AskOptions {
  size?: number
}

/** Dialling, the round trips, and a test of the throughput in either direction, in ms: the node has limits of its own. */
const WORK_MS = 60_000

export async function peer(target: string, { data, json, size: bytes }: PeerOptions): Promise<void> {
  const client = await NodeClient.open(data)
  const path = `/v1/measure/peer/${encodeURIComponent(target)}`
  const report = await untilInterrupted(signal =>
    client.call<PeerReport>(path, { method: 'POST', body: { bytes }, workMs: WORK_MS, signal }),
  )
  print(json, report, () => peerText(report))
}
