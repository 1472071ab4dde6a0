import { toHex } from '../hex.ts'
import { encodeFields, Fields, optionalHex } from './row-json.ts'
import type { IncomingState, Reading } from '../core/incoming.ts'

/** What of a received letter is known beside its bytes: nothing that is sealed in it, but its sender until the receipt is out. */
export interface InboxRow {
  /** Of the letter, 32 bytes. */
  readonly key: Uint8Array
  /** The sender's Ed25519 public key; undefined when nobody has to be told any more. */
  readonly from: Uint8Array | undefined
  /** A hash of sender and message id: what comes again under another header is a replay. */
  readonly message: Uint8Array
  readonly receipt: Uint8Array
  readonly createdMs: number
  readonly expiresMs: number
  readonly receivedMs: number
  readonly bucket: number
  readonly reading: Reading
}

const STATES: ReadonlySet<string> = new Set<IncomingState>(['unread', 'acknowledged', 'cleared'])

export function encodeInboxRow({ from, message, receipt, reading, ...row }: InboxRow): Uint8Array {
  return encodeFields({
    ...row,
    // it is the row's
    key: undefined,
    ...reading,
    from: optionalHex(from),
    message: toHex(message),
    receipt: toHex(receipt),
  })
}

/** @throws {TypeError} */
export function decodeInboxRow(key: Uint8Array, content: Uint8Array): InboxRow {
  const fields = new Fields(content)
  const state = fields.text('state')
  if (!STATES.has(state)) throw new TypeError(`state ${state}`)
  return {
    key,
    from: fields.optionalBytes('from'),
    message: fields.bytes('message', 32),
    receipt: fields.bytes('receipt'),
    createdMs: fields.count('createdMs'),
    expiresMs: fields.count('expiresMs'),
    receivedMs: fields.count('receivedMs'),
    bucket: fields.count('bucket'),
    reading: { state: state as IncomingState, isReceiptOut: fields.flag('isReceiptOut') },
  }
}
