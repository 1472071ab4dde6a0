import { sha256 } from '@noble/hashes/sha2.js'
import { bucketOf } from '../src/letter/names.ts'
import { encodeReceipt } from '../src/letter/codec.ts'
import { receiptPreimage } from '../src/letter/content-key.ts'
import { paddedSize } from '../src/letter/padding.ts'
import { MLKEM768_X25519, X25519 } from '../src/crypto/suite.ts'
import {
  alice,
  bob,
  CONTENT_KEY,
  DAY_MS,
  ephemeralOf,
  fixedLetter,
  hex,
  mailKey,
  mallory,
  newLetter,
  seeded,
  SENT_MS,
} from './build.ts'
import type { SuiteId } from '../src/crypto/suite.ts'
import type { FixedLetter } from './build.ts'

export interface ValidLetter {
  description: string
  network: string
  bucketBits: number
  suite: SuiteId
  /** RFC 8032's private key. */
  fromSeed: string
  from: string
  to: string
  devices: Array<{ privateKey: string; publicKey: string }>
  messageId: string
  sentMs: number
  ttlMs: number
  contentType: string
  body: string
  contentKey: string
  /** Of each slot: HPKE's randomness, and who has the key. Null: nobody, under it 32 other bytes. */
  slots: Array<{ ephemeral: string; device: number | null }>
  header: {
    lock: string
    createdMs: number
    expiresMs: number
    bucket: number
    size: number
    sealedHash: string
  }
  bytes: string
  /** sha256 of the bytes. */
  hash: string
  /** Its receipt has the same. */
  id: string
  preimage: string
  receipt: string
  receiptHash: string
}

export interface Valid {
  letters: ValidLetter[]
  buckets: Array<{ network: string; identity: string; bucketBits: number; bucket: number }>
  padding: Array<{ envelopeBytes: number; size: number | null }>
}

const BUCKETS = [
  { network: 'main', bucketBits: 0 },
  { network: 'main', bucketBits: 1 },
  { network: 'main', bucketBits: 8 },
  { network: 'main', bucketBits: 16 },
  { network: 'test-1', bucketBits: 8 },
]
const SMALL = X25519
const HYBRID = MLKEM768_X25519

export async function validVectors(): Promise<Valid> {
  return { letters: await Promise.all(letters()), buckets: buckets(), padding: padding() }
}

function letters(): Array<Promise<ValidLetter>> {
  const devices = (suite: SuiteId, count: number): FixedLetter['keys'] =>
    Array.from({ length: count }, (_, at) => mailKey(suite, `bob ${at}`))
  const bodyOf = (length: number): Uint8Array => seeded('body', length)
  return [
    letter('a letter to one device', {}),
    letter('the same with MLKEM768-X25519', { suite: HYBRID }),
    letter('a letter to two devices', { keys: devices(SMALL, 2) }),
    letter('two devices, MLKEM768-X25519', { suite: HYBRID, keys: devices(HYBRID, 2) }),
    letter('three devices: a slot that nobody opens', { keys: devices(SMALL, 3) }),
    letter('five devices: three slots that nobody opens', { keys: devices(SMALL, 5) }),
    letter('eight devices', { keys: devices(SMALL, 8) }),
    letter('neither content type nor body', { contentType: '', body: new Uint8Array(0) }),
    letter('the longest envelope of 512 bytes', { body: bodyOf(334) }),
    letter('a byte more: 1,024 bytes', { body: bodyOf(335) }),
    letter('the longest content type', { contentType: 'a/'.padEnd(100, '~') }),
    letter('for 15 days, sent within a minute: cut at the minute that begins the last', { ttlMs: 15 * DAY_MS }),
    letter('for a minute', { ttlMs: 60_000 }),
    letter('sent at a whole minute', { sentMs: SENT_MS - (SENT_MS % 60_000), ttlMs: 60_000 }),
    letter('to oneself', { from: bob }),
    letter('another network', { network: 'test-1' }),
    letter('no buckets', { bucketBits: 0 }),
    letter('65,536 buckets', { bucketBits: 16 }),
  ]
}

async function letter(description: string, fields: Parameters<typeof newLetter>[0]): Promise<ValidLetter> {
  const made = newLetter(fields)
  const { network, bucketBits, from, to, keys, messageId, sentMs, ttlMs, contentType, body } = made
  const { header, bytes, id, key, sealed } = await fixedLetter(made)
  const preimage = receiptPreimage(CONTENT_KEY)
  const receipt = encodeReceipt(header, preimage)
  const { suite } = header
  const slotBytes = suite === SMALL ? 80 : 1168
  const count = (sealed!.length - header.sizeBytes - 16) / slotBytes
  return {
    description,
    network,
    bucketBits,
    suite,
    fromSeed: hex(from.raw.subarray(0, 32)),
    from: hex(from.publicKey.raw),
    to: hex(to),
    devices: keys.map(pair => ({ privateKey: hex(pair.privateKey), publicKey: hex(pair.publicKey) })),
    messageId: hex(messageId),
    sentMs,
    ttlMs,
    contentType,
    body: hex(body),
    contentKey: hex(CONTENT_KEY),
    slots: Array.from({ length: count }, (_, at) => ({
      ephemeral: hex(ephemeralOf(suite, at)),
      device: at < keys.length ? at : null,
    })),
    header: {
      lock: hex(header.lock),
      createdMs: header.createdMs,
      expiresMs: header.expiresMs,
      bucket: header.bucket,
      size: header.sizeBytes,
      sealedHash: hex(header.sealedHash),
    },
    bytes: hex(bytes),
    hash: hex(id),
    id: hex(key),
    preimage: hex(preimage),
    receipt: hex(receipt),
    receiptHash: hex(sha256(receipt)),
  }
}

function buckets(): Valid['buckets'] {
  return [alice, bob, mallory].flatMap(({ publicKey }) =>
    BUCKETS.map(({ network, bucketBits }) => {
      const bucket = bucketOf(network, publicKey.raw, bucketBits)
      return { network, identity: hex(publicKey.raw), bucketBits, bucket }
    }),
  )
}

function padding(): Valid['padding'] {
  return [1, 508, 509, 1020, 1021, 2044, 4092, 8188, 16_380, 32_764, 32_765, 49_148, 49_149].map(envelopeBytes => ({
    envelopeBytes,
    size: paddedSize(envelopeBytes) ?? null,
  }))
}
