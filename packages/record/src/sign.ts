import { platform } from '#platform'
import { adoptRecord } from './decode.ts'
import { signatureIn, signedMessage, signedPrefix, writeEnvelope } from './envelope.ts'
import { RecordError } from './errors.ts'
import { resolveLimits } from './limits.ts'
import { checkNetwork } from './network.ts'
import { payloadBytes, writePayload } from './payload.ts'
import { asVerified } from './record.ts'
import { checkBody, checkName, checkSeq, checkTimes } from './rules.ts'
import { readSpace } from './space.ts'
import type { WritablePayload } from './payload.ts'
import type { RecordLimits } from './limits.ts'
import type { RecordFields, VerifiedRecord } from './record.ts'
import type { Ed25519PrivateKey, PrivateKey } from '@libp2p/interface'

const encoder = new TextEncoder()

export interface SignInit {
  network: string
  limits?: Partial<RecordLimits>
}

/** @throws {RecordError} */
export async function signRecord(key: PrivateKey, fields: RecordFields, init: SignInit): Promise<VerifiedRecord> {
  const prefix = signedPrefix(checkNetwork(init.network))
  const signer = ed25519Only(key)
  const payload = checked(fields, resolveLimits(init.limits))
  const { bytes, payloadAt } = writeEnvelope(signer.publicKey.raw, payloadBytes(payload))
  writePayload(bytes, payloadAt, payload)
  signatureIn(bytes).set(await signature(signer, signedMessage(prefix, bytes)))
  return asVerified(adoptRecord(bytes, init.limits))
}

async function signature(key: Ed25519PrivateKey, message: Uint8Array): Promise<Uint8Array> {
  try {
    return await platform.sign(key, message)
  } catch (error) {
    if (error instanceof RecordError) throw error
    throw new RecordError('unavailable', 'this platform could not sign a record', { cause: error })
  }
}

function checked(fields: RecordFields, limits: RecordLimits): WritablePayload {
  const { space, seq, createdMs, expiresMs, holdsMs = expiresMs, body } = fields
  const spaceBytes = encoder.encode(space)
  const name = typeof fields.name === 'string' ? encoder.encode(fields.name) : fields.name
  readSpace(spaceBytes, 0, spaceBytes.length)
  checkName(name.length)
  checkSeq(seq)
  checkTimes(space, createdMs, expiresMs, holdsMs, limits)
  if (body !== undefined) checkBody(space, body.length, limits)
  return { spaceBytes, name, seq, createdMs, expiresMs, holdsMs, body }
}

function ed25519Only(key: PrivateKey): Ed25519PrivateKey {
  if (key.type === 'Ed25519') return key
  throw new RecordError('unsupported-key', `the key is ${key.type}, records are signed with Ed25519 keys`)
}
