import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concat } from 'uint8arrays/concat'
import { toString } from 'uint8arrays/to-string'
import {
  crafted,
  DAY,
  envelope,
  field,
  hexBytes,
  NOW,
  numeric,
  OTHER_SEED,
  payload,
  SEED,
  utf8,
  uvarint,
} from './build.ts'
import type { RecordLimits } from '../src/index.ts'

export interface ValidRecord {
  description: string
  network: string
  limits?: Partial<RecordLimits>
  /** Of the owner's key: RFC 8032's private key. */
  seed: string
  owner: string
  space: string
  family: string
  name: string
  seq: number
  createdMs: number
  expiresMs: number
  holdsMs: number
  /** null for a removal. */
  body: string | null
  bytes: string
  id: string
  key: string
}

export interface Valid {
  records: ValidRecord[]
  /** Nobody signs so, and they are valid. */
  crafted: Array<{ reason: string; network: string; bytes: string; id: string }>
  keys: Array<{ owner: string; space: string; name: string; key: string }>
  order: Array<{ reason: string; network: string; kept: string; replaced: string }>
}

const hex = (bytes: Uint8Array): string => toString(bytes, 'hex')

type Fields = Omit<ValidRecord, 'owner' | 'family' | 'bytes' | 'id' | 'key'>

const USUAL: Fields = {
  description: 'a record',
  network: 'main',
  seed: hex(SEED),
  space: 'offers/btc-eur',
  name: hex(utf8('bicycle')),
  seq: NOW,
  createdMs: NOW,
  expiresMs: NOW + DAY,
  holdsMs: NOW + DAY,
  body: hex(utf8('a red one')),
}

const MAX = Number.MAX_SAFE_INTEGER

export function validVectors(): Valid {
  const records = [
    USUAL,
    { ...USUAL, description: 'an empty body', body: '' },
    { ...USUAL, description: 'a removal', seq: NOW + 1, body: null },
    { ...USUAL, description: 'of another network', network: 'test-2' },
    { ...USUAL, description: 'of another owner', seed: hex(OTHER_SEED) },
    { ...USUAL, description: 'a space that is a family', space: 'leases' },
    { ...USUAL, description: 'the longest space', space: `offers/${'a'.repeat(121)}` },
    { ...USUAL, description: 'every character of a space', space: '0ffers/abcdefghijklmnopqrstuvwxyz.0123456789_-/x' },
    { ...USUAL, description: 'the shortest of all', space: 'o', name: '00', seq: 1, body: '' },
    { ...USUAL, description: 'the longest name, of any bytes', name: 'ff00'.repeat(32) },
    { ...USUAL, description: 'the highest seq', seq: MAX },
    { ...USUAL, description: 'the earliest times', createdMs: 1, expiresMs: 1, holdsMs: 1 },
    { ...USUAL, description: 'the latest times', createdMs: MAX, expiresMs: MAX, holdsMs: MAX },
    { ...USUAL, description: 'held as long as can be', holdsMs: NOW + 30 * DAY },
    { ...USUAL, description: 'held as long as its family allows', limits: { maxTtlMs: DAY } },
    { ...USUAL, description: 'a body as long as its family allows', limits: { maxBodyBytes: 9 } },
    { ...USUAL, description: 'a payload of two bytes of length', body: hex(new Uint8Array(500).map((_, at) => at)) },
  ].map(recordOf)
  return {
    records,
    crafted: [
      {
        reason: 'a key of mixed order: the cofactorless equation holds, with the challenge reduced by L',
        network: 'main',
        ...withId(crafted.mixed('reduced')),
      },
    ],
    keys: keys(),
    order: order(),
  }
}

function recordOf(fields: Fields): ValidRecord {
  const { description, network, limits, seed, body, ...rest } = fields
  const secret = hexBytes(seed) as Uint8Array<ArrayBuffer>
  const owner = hex(ed25519.getPublicKey(secret))
  const content = body === null ? hexBytes('40 01') : field(7, hexBytes(body))
  const bytes = envelope(
    {
      payload: payload({
        space: field(1, rest.space),
        name: field(2, hexBytes(rest.name)),
        seq: numeric(3, rest.seq),
        created: numeric(4, rest.createdMs),
        expires: numeric(5, rest.expiresMs),
        holds: numeric(6, rest.holdsMs),
        content,
      }),
    },
    network,
    secret,
  )
  const family = rest.space.split('/', 1)[0]!
  return {
    description,
    network,
    limits,
    seed,
    owner,
    ...rest,
    family,
    body,
    ...withId(bytes),
    key: keyOf(owner, rest.space, rest.name),
  }
}

function withId(bytes: Uint8Array): { bytes: string; id: string } {
  return { bytes: hex(bytes), id: hex(sha256(bytes)) }
}

function keys(): Valid['keys'] {
  const owner = hex(ed25519.getPublicKey(SEED))
  return [
    { owner, space: 'offers/btc-eur', name: hex(utf8('bicycle')) },
    { owner: hex(ed25519.getPublicKey(OTHER_SEED)), space: 'offers/btc-eur', name: hex(utf8('bicycle')) },
    { owner, space: 'offers/btc-eu', name: hex(utf8('rbicycle')) },
    { owner, space: 'a'.repeat(128), name: 'ff'.repeat(64) },
  ].map(parts => ({ ...parts, key: keyOf(parts.owner, parts.space, parts.name) }))
}

function keyOf(owner: string, space: string, name: string): string {
  const parts = [utf8('stoa-record-key'), hexBytes(owner), utf8(space), hexBytes(name)]
  return hex(sha256(concat(parts.flatMap(part => [uvarint(part.length), part]))))
}

function order(): Valid['order'] {
  const version = (changes: Partial<Fields>): ValidRecord => recordOf({ ...USUAL, ...changes })
  const [a, b] = [version({ body: '00' }), version({ body: '01' })]
  const [low, high] = a.id < b.id ? [a, b] : [b, a]
  const pair = (reason: string, kept: ValidRecord, replaced: ValidRecord): Valid['order'][number] => ({
    reason,
    network: 'main',
    kept: kept.bytes,
    replaced: replaced.bytes,
  })
  return [
    pair('the higher seq', version({ seq: NOW + 1 }), version({})),
    pair('the higher seq over a removal', version({ seq: NOW + 1 }), version({ body: null })),
    pair(
      'the higher seq, though made earlier and gone sooner',
      version({ seq: NOW + 1, createdMs: NOW - 9, expiresMs: NOW }),
      version({}),
    ),
    pair('seq as a number, not as text', version({ seq: 10 }), version({ seq: 9 })),
    pair('a removal, of one seq, over a body', version({ body: null }), high),
    pair('a removal over an empty body', version({ body: null }), version({ body: '' })),
    pair('of one seq, the higher id', high, low),
    pair('of two removals of one seq, the higher id', ...removals()),
  ]
}

function removals(): [ValidRecord, ValidRecord] {
  const [a, b] = [0, 1].map(more => recordOf({ ...USUAL, body: null, holdsMs: NOW + DAY + more })) as [
    ValidRecord,
    ValidRecord,
  ]
  return a.id > b.id ? [a, b] : [b, a]
}
