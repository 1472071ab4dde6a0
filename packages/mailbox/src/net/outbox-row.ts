import { encodeFields, Fields, optionalHex } from './row-json.ts'
import { toHex } from '../hex.ts'
import type { Progress, DeliveryError } from '../core/outgoing.ts'
import type { DeliveryState } from '../delivery.ts'
import type { MailboxCode } from '../errors.ts'

/** What of a sent letter is known beside its bytes. */
export interface OutboxRow {
  /** Of the letter, 32 bytes. */
  readonly key: Uint8Array
  /** The receiver's Ed25519 public key. */
  readonly to: Uint8Array
  readonly contentType: string
  /** Of the body. */
  readonly sizeBytes: number
  readonly createdMs: number
  readonly expiresMs: number
  readonly bucket: number
  /** How many devices it is sealed to. */
  readonly devices: number
  readonly progress: Progress
}

const STATES: ReadonlySet<string> = new Set<DeliveryState>(['queued', 'stored', 'delivered', 'expired', 'failed'])

export function encodeOutboxRow({ to, progress, ...row }: OutboxRow): Uint8Array {
  // the key is the row's
  return encodeFields({ ...row, key: undefined, to: toHex(to), ...progress, receipt: optionalHex(progress.receipt) })
}

/** @throws {TypeError} */
export function decodeOutboxRow(key: Uint8Array, content: Uint8Array): OutboxRow {
  const fields = new Fields(content)
  const state = fields.text('state')
  if (!STATES.has(state)) throw new TypeError(`state ${state}`)
  return {
    key,
    to: fields.bytes('to', 32),
    contentType: fields.text('contentType'),
    sizeBytes: fields.count('sizeBytes'),
    createdMs: fields.count('createdMs'),
    expiresMs: fields.count('expiresMs'),
    bucket: fields.count('bucket'),
    devices: fields.count('devices'),
    progress: {
      state: state as DeliveryState,
      changedMs: fields.count('changedMs'),
      attempts: fields.count('attempts'),
      nextMs: fields.count('nextMs'),
      holders: fields.texts('holders'),
      isHandedOver: fields.flag('isHandedOver'),
      isPublished: fields.flag('isPublished'),
      error: errorOf(fields.get('error')),
      receipt: fields.optionalBytes('receipt'),
      isReceiptOut: fields.flag('isReceiptOut'),
    },
  }
}

function errorOf(value: unknown): DeliveryError | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { code, message } = value as Partial<DeliveryError>
  return typeof code === 'string' && typeof message === 'string' ? { code: code as MailboxCode, message } : undefined
}
