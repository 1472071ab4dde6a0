import { peerIdFromString } from '@libp2p/peer-id'
import { MailboxError } from './errors.ts'
import { isContentType } from './letter/envelope.ts'
import { MAX_BODY_BYTES, MAX_CONTENT_TYPE_BYTES } from './letter/limits.ts'
import { checkInteger, DEFAULT_WAIT_MS, MAX_TTL_MS, MIN_TTL_MS } from './options.ts'
import type { PeerId } from '@libp2p/interface'
import type { SendOptions } from './service.ts'

/** A message as `send` takes it, checked. */
export interface NewMessage {
  /** The receiver's Ed25519 public key, 32 bytes. */
  readonly to: Uint8Array
  readonly contentType: string
  readonly body: Uint8Array
  readonly ttlMs: number
  readonly waitMs: number
}

const LONGEST_WAIT_MS = 2 ** 31 - 1

/** @throws {MailboxError} `bad-option`, `unsupported-key`, `too-large`, `bad-ttl` */
export function checkMessage(
  to: PeerId | string,
  body: Uint8Array,
  { contentType = '', ttlMs = MAX_TTL_MS, waitMs = DEFAULT_WAIT_MS }: SendOptions,
): NewMessage {
  const identity = identityOf(to)
  if (!isContentType(contentType)) {
    throw new MailboxError(
      'bad-option',
      `contentType is ${JSON.stringify(contentType)}, it takes at most ${MAX_CONTENT_TYPE_BYTES} bytes of printable ASCII`,
    )
  }
  if (body.byteLength > MAX_BODY_BYTES) {
    const [size, limit] = [body.byteLength, MAX_BODY_BYTES].map(bytes => bytes.toLocaleString('en'))
    throw new MailboxError('too-large', `body is ${size} bytes, the limit is ${limit}`)
  }
  if (!Number.isSafeInteger(ttlMs) || ttlMs < MIN_TTL_MS || ttlMs > MAX_TTL_MS) {
    const [least, most] = [MIN_TTL_MS, MAX_TTL_MS].map(ms => ms.toLocaleString('en'))
    throw new MailboxError(
      'bad-ttl',
      `ttlMs is ${ttlMs}, it takes an integer from ${least} (a minute) to ${most} (15 days)`,
    )
  }
  checkInteger('waitMs', waitMs, 0, LONGEST_WAIT_MS)
  return { to: identity, contentType, body, ttlMs, waitMs }
}

/** The Ed25519 public key of a peer id, which has it inside. @throws {MailboxError} */
function identityOf(to: PeerId | string): Uint8Array {
  let peer: PeerId
  try {
    peer = typeof to === 'string' ? peerIdFromString(to) : to
  } catch (error) {
    throw new MailboxError('bad-option', `${JSON.stringify(to)} is no peer id`, { cause: error })
  }
  if (peer.type === 'Ed25519') return peer.publicKey.raw
  throw new MailboxError('unsupported-key', `letters go to Ed25519 identities, ${peer.toString()} is none`)
}
