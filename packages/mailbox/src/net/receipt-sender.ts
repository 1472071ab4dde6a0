import { areEqual } from '../letter/bytes.ts'
import { peerOf } from '../peer-of.ts'
import type { InboxRow } from './inbox-row.ts'
import type { Letters } from './letters.ts'
import type { MailClient } from './mail-client.ts'

export interface ReceiptSenderInit {
  /** Of this node: a letter to oneself has its sender here. */
  identity: Uint8Array
  letters: Letters
  client: MailClient
  /** What the outbox of this node does with a receipt. */
  takeOwn: (key: Uint8Array, receipt: Uint8Array) => Promise<boolean>
}

/** Brings a receipt out: to everybody when the letter is with them, else to its sender alone, when that is there. @throws when it cannot now */
export async function sendReceipt(row: InboxRow, init: ReceiptSenderInit, signal: AbortSignal): Promise<void> {
  const { letters } = init
  const held = await letters.get(row)
  if (held !== undefined) {
    if (!held.meta.isFinal) await letters.publish(row.receipt, row.bucket, signal)
    // the quick way too: it only says what the sender finds anyway
    await tellSender(row, init, signal, true)
  } else if (!(await tellSender(row, init, signal, false))) {
    await letters.publish(row.receipt, row.bucket, signal)
  }
}

/** Whether it took it. */
async function tellSender(
  { from, key, receipt }: InboxRow,
  { identity, client, takeOwn }: ReceiptSenderInit,
  signal: AbortSignal,
  onlyIfConnected: boolean,
): Promise<boolean> {
  if (from === undefined) return false
  if (areEqual(from, identity) && (await takeOwn(key, receipt))) return true
  const sender = peerOf(from)
  if (onlyIfConnected && !client.isConnected(sender)) return false
  const { kind } = await client.receipt(sender, receipt, signal)
  return kind === 'kept'
}
