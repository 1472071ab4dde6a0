import { isOver } from './core/outgoing.ts'
import { MailboxError, throwIfAborted } from './errors.ts'
import { MESSAGE_ID_BYTES } from './letter/limits.ts'
import { sealLetter } from './letter/seal.ts'
import { whenFarEnough } from './net/far-enough.ts'
import { checkMessage } from './new-message.ts'
import { SUITES } from './options.ts'
import { peerOf } from './peer-of.ts'
import { asMailboxError } from './replica-errors.ts'
import type { Ed25519PrivateKey, PeerId } from '@libp2p/interface'
import type { Clock } from '@stoa/replica'
import type { MailKeys } from './keys/mail-keys.ts'
import type { OutboxItem } from './net/outbox-item.ts'
import type { Sender } from './net/sender.ts'
import type { NewMessage } from './new-message.ts'
import type { MailboxOptions } from './options.ts'
import type { SendOptions } from './service.ts'

export interface SendingInit {
  options: MailboxOptions
  privateKey: Ed25519PrivateKey
  clock: Clock
  keys: Pick<MailKeys, 'keysOf'>
  sender: Sender
  assertStarted: () => void
}

/** Makes a message a letter in the outbox, and waits until it is on its way. `stop`: this node stops. @throws {MailboxError} as `send` */
export async function sendMessage(
  init: SendingInit,
  to: PeerId | string,
  body: Uint8Array,
  options: SendOptions,
  stop: AbortSignal,
): Promise<OutboxItem> {
  const { clock, sender, assertStarted } = init
  const { signal } = options
  assertStarted()
  const message = checkMessage(to, body, options)
  throwIfAborted(signal)
  const item = await putIntoOutbox(init, message, signal)
  try {
    await whenFarEnough(item, { waitMs: message.waitMs, clock, signal, stop })
  } finally {
    // whatever its sender heard: from here on it is not taken back
    sender.post(item, { type: 'released' })
  }
  // before anybody waited for it
  const { state, error } = item.outgoing.progress
  if (state === 'failed') throw asMailboxError(error)
  return item
}

async function putIntoOutbox(
  { keys, options, privateKey, clock, sender, assertStarted }: SendingInit,
  { to, contentType, body, ttlMs }: NewMessage,
  signal: AbortSignal | undefined,
): Promise<OutboxItem> {
  assertRoom(sender, options.maxOutbox)
  const devices = await keys.keysOf(to, SUITES[options.suite])
  if (devices.length === 0) throw noKey(to)
  const { network, bucketBits } = options
  const sentMs = clock.now()
  const letter = await sealLetter({
    network,
    from: privateKey,
    to,
    keys: devices,
    messageId: crypto.getRandomValues(new Uint8Array(MESSAGE_ID_BYTES)),
    contentType,
    body,
    sentMs,
    ttlMs,
    bucketBits,
  })
  throwIfAborted(signal)
  assertStarted()
  assertRoom(sender, options.maxOutbox)
  const { key, expiresMs, header } = letter
  const { bucket } = header
  const row = { key, to, contentType, sizeBytes: body.byteLength, createdMs: sentMs, expiresMs, bucket }
  return sender.add({ ...row, devices: devices.length }, letter.bytes)
}

function assertRoom({ items }: Sender, maxOutbox: number): void {
  let underWay = 0
  for (const { outgoing } of items.values()) if (!isOver(outgoing.progress)) underWay++
  if (underWay < maxOutbox) return
  throw new MailboxError('outbox-full', `${underWay.toLocaleString('en')} letters are under way, the limit maxOutbox`)
}

function noKey(to: Uint8Array): MailboxError {
  return new MailboxError(
    'no-key',
    `no mail key of ${peerOf(to).toString()} is known: it has to run mailbox() in this network once every 15 days, and this node to have heard of it since`,
  )
}
