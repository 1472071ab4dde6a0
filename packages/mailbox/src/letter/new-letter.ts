import { checkPublicKey } from '../crypto/suite.ts'
import { isContentType } from './envelope.ts'
import {
  IDENTITY_BYTES,
  MAX_BODY_BYTES,
  MAX_BUCKET_BITS,
  MAX_DEVICES,
  MAX_TTL_MS,
  MESSAGE_ID_BYTES,
  MINUTE_MS,
} from './limits.ts'
import type { NewLetter } from './letter.ts'

/** @throws {TypeError} */
export function checkNewLetter({
  from,
  to,
  keys,
  messageId,
  contentType,
  body,
  sentMs,
  ttlMs,
  bucketBits,
}: NewLetter): void {
  check(from.type === 'Ed25519', 'letters are signed with Ed25519 keys')
  check(to.length === IDENTITY_BYTES, 'the receiver is an Ed25519 public key of 32 bytes')
  check(keys.length >= 1 && keys.length <= MAX_DEVICES, `a letter is sealed to 1 to ${MAX_DEVICES} keys`)
  check(
    keys.every(({ suite }) => suite === keys[0]!.suite),
    'all keys of a letter are of one suite',
  )
  for (const { suite, publicKey } of keys) checkPublicKey(suite, publicKey)
  check(messageId.length === MESSAGE_ID_BYTES, `message_id has ${MESSAGE_ID_BYTES} bytes`)
  check(isContentType(contentType), 'a content type is at most 100 bytes of printable ASCII')
  check(body.length <= MAX_BODY_BYTES, `a body of ${body.length} bytes, the limit is ${MAX_BODY_BYTES}`)
  check(Number.isSafeInteger(sentMs) && sentMs >= MINUTE_MS, 'sentMs is a time in ms since 1970')
  check(ttlMs >= MINUTE_MS && ttlMs <= MAX_TTL_MS, `ttlMs is ${MINUTE_MS} to ${MAX_TTL_MS}`)
  check(Number.isInteger(bucketBits) && bucketBits >= 0 && bucketBits <= MAX_BUCKET_BITS, 'bucketBits is 0 to 16')
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new TypeError(message)
}
