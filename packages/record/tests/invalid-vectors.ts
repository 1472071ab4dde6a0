import { ed25519 } from '@noble/curves/ed25519.js'
import { concat } from 'uint8arrays/concat'
import { toString } from 'uint8arrays/to-string'
import {
  crafted,
  DAY,
  ed25519Key,
  envelope,
  envelopeParts,
  field,
  hexBytes,
  joined,
  NOW,
  numeric,
  OTHER_SEED,
  payload,
  payloadFields,
  recordOf,
  SEED,
  utf8,
} from './build.ts'
import type { RecordCode, RecordLimits } from '../src/index.ts'

export interface InvalidRecord {
  reason: string
  error: RecordCode
  network: string
  limits?: Partial<RecordLimits>
  bytes: string
}

type Case = [reason: string, error: RecordCode, bytes: Uint8Array, limits?: Partial<RecordLimits>]

export function invalidRecords(): InvalidRecord[] {
  return [...envelopes(), ...payloads(), ...contents(), ...signatures()].map(([reason, error, bytes, limits]) => ({
    reason,
    error,
    network: 'main',
    limits,
    bytes: toString(bytes, 'hex'),
  }))
}

function envelopes(): Case[] {
  const right = envelope()
  const { publicKey, type, payload: content, signature } = envelopeParts()
  const [key, kind, body, seal] = [field(1, publicKey), field(2, type), field(3, content), field(5, signature)]
  const raw = publicKey.slice(4)
  const longLength = concat([hexBytes('1a'), Uint8Array.of(content.length | 0x80, 0), content])
  return [
    ['nothing', 'malformed', new Uint8Array()],
    ['cut off by a byte', 'malformed', right.slice(0, -1)],
    ['a byte too many', 'malformed', concat([right, Uint8Array.of(0)])],
    ['a field of the envelope that is not known', 'malformed', concat([key, kind, body, field(4, 'x'), seal])],
    ['an unknown field after the last', 'malformed', concat([right, field(6, 'x')])],
    ['the payload type before the key', 'malformed', concat([kind, key, body, seal])],
    ['the key twice', 'malformed', concat([key, key, kind, body, seal])],
    ['the signature twice', 'malformed', concat([right, seal])],
    ['no payload', 'malformed', concat([key, kind, seal])],
    ['no signature', 'malformed', concat([key, kind, body])],
    ['the length of the payload in a byte more than it need be', 'malformed', concat([key, kind, longLength, seal])],
    ['a tag in a byte more than it need be', 'malformed', concat([hexBytes('8a 00'), right.slice(1)])],
    ['a payload longer than the envelope', 'malformed', concat([key, kind, hexBytes('1a ff ff 03'), content, seal])],
    ['a signature of 63 bytes', 'malformed', joined({ ...envelopeParts(), signature: signature.slice(1) })],
    [
      'a signature of 65 bytes',
      'malformed',
      joined({ ...envelopeParts(), signature: concat([signature, Uint8Array.of(0)]) }),
    ],
    ['the envelope of a broadcast', 'wrong-type', envelope({ type: utf8('/stoa/broadcast/1') })],
    ['a later version of the payload type', 'wrong-type', envelope({ type: utf8('/stoa/record/2') })],
    ['an empty payload type', 'wrong-type', envelope({ type: new Uint8Array() })],
    ['a secp256k1 key', 'unsupported-key', envelope({ publicKey: hexBytes(`08 02 12 21 02 ${'11'.repeat(32)}`) })],
    [
      'the fields of the key the other way round',
      'unsupported-key',
      envelope({ publicKey: concat([hexBytes('12 20'), raw, hexBytes('08 01')]) }),
    ],
    ['the key alone, without its type', 'unsupported-key', envelope({ publicKey: raw })],
    ['a key of 31 bytes', 'unsupported-key', envelope({ publicKey: concat([hexBytes('08 01 12 1f'), raw.slice(1)]) })],
  ]
}

function payloads(): Case[] {
  const fields = payloadFields()
  const { space, name, ...rest } = fields
  const none = new Uint8Array()
  const spaces: Array<[string, string]> = [
    ['an empty space', ''],
    ['a space of 129 bytes', 'a'.repeat(129)],
    ['a capital letter in the space', 'offers/BTC-eur'],
    ['a leading slash', '/offers'],
    ['a trailing slash', 'offers/'],
    ['two slashes', 'offers//eur'],
    ['a segment that begins with a dot', 'offers/../leases'],
    ['a segment that begins with a hyphen', 'offers/-eur'],
    ['a space character', 'offers/btc eur'],
    ['a letter outside ASCII', 'offers/café'],
    ['a NUL', 'offers/eur\0'],
  ]
  return [
    ['an empty payload', 'malformed', envelope({ payload: none })],
    ['a field of the record that is not known', 'malformed', envelope({ payload: concat([payload(), field(9, 'x')]) })],
    ['the name before the space', 'malformed', envelope({ payload: concat([name, space, ...Object.values(rest)]) })],
    ['no name', 'malformed', recordOf({ name: none })],
    ['no seq', 'malformed', recordOf({ seq: none })],
    ['no holds', 'malformed', recordOf({ holds: none })],
    ['seq twice', 'malformed', recordOf({ seq: concat([fields.seq, fields.seq]) })],
    ['seq as a fixed64', 'malformed', recordOf({ seq: hexBytes('19 0100000000000000') })],
    ['seq in a byte more than it need be', 'malformed', recordOf({ seq: hexBytes('18 81 00') })],
    ['seq in 11 bytes', 'malformed', recordOf({ seq: hexBytes('18 8080808080808080808001') })],
    ['seq beyond 64 bits', 'malformed', recordOf({ seq: hexBytes('18 80808080808080808002') })],
    ['seq 0, written out', 'bad-seq', recordOf({ seq: numeric(3, 0) })],
    ['seq 2^53', 'bad-seq', recordOf({ seq: numeric(3, 2n ** 53n) })],
    ['seq 2^64 - 1', 'bad-seq', recordOf({ seq: numeric(3, 2n ** 64n - 1n) })],
    ...spaces.map(([reason, text]): Case => [reason, 'bad-space', recordOf({ space: field(1, text) })]),
    ['a space that is not UTF-8', 'bad-space', recordOf({ space: field(1, hexBytes('6f ff')) })],
    ['an empty name', 'bad-name', recordOf({ name: field(2, '') })],
    ['a name of 65 bytes', 'bad-name', recordOf({ name: field(2, 'x'.repeat(65)) })],
    ['created 0', 'bad-times', recordOf({ created: numeric(4, 0) })],
    ['holds 2^53', 'bad-times', recordOf({ holds: numeric(6, 2n ** 53n) })],
    ['expires 1 ms before created', 'bad-times', recordOf({ expires: numeric(5, NOW - 1) })],
    ['holds 1 ms before expires', 'bad-times', recordOf({ holds: numeric(6, NOW + DAY - 1) })],
    [
      'holds 1 ms beyond the longest life',
      'bad-times',
      recordOf({ holds: numeric(6, NOW + DAY + 1) }),
      { maxTtlMs: DAY },
    ],
    ['holds 1 ms beyond the longest life by default', 'bad-times', recordOf({ holds: numeric(6, NOW + 30 * DAY + 1) })],
  ]
}

function contents(): Case[] {
  const body = field(7, 'a red one')
  const removed = hexBytes('40 01')
  return [
    ['neither body nor removed', 'malformed', recordOf({ content: new Uint8Array() })],
    ['body and removed', 'malformed', recordOf({ content: concat([body, removed]) })],
    ['removed and body', 'malformed', recordOf({ content: concat([removed, body]) })],
    ['two bodies', 'malformed', recordOf({ content: concat([body, body]) })],
    ['removed twice', 'malformed', recordOf({ content: concat([removed, removed]) })],
    ['removed is false', 'malformed', recordOf({ content: hexBytes('40 00') })],
    ['removed is 2', 'malformed', recordOf({ content: hexBytes('40 02') })],
    ['removed in two bytes', 'malformed', recordOf({ content: hexBytes('40 81 00') })],
    ['removed is 2^53 + 1', 'malformed', recordOf({ content: numeric(8, 2n ** 53n + 1n) })],
    ['a body of a byte more than the space allows', 'too-large', recordOf({ content: body }), { maxBodyBytes: 8 }],
  ]
}

function signatures(): Case[] {
  const parts = envelopeParts()
  const removal = payload({ content: hexBytes('40 01') })
  const other = ed25519Key(ed25519.getPublicKey(OTHER_SEED))
  const flipped = parts.signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte))
  const small = (hex: string): Uint8Array => crafted.smallKey(hexBytes(hex))
  const rest = (first: string, last: string): string => `${first}${'ff'.repeat(30)}${last}`
  const zeros = '00'.repeat(30)
  const eight = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
  return [
    ['a signature of another network', 'bad-signature', envelope({}, 'test')],
    ['one bit of the signature', 'bad-signature', joined({ ...parts, signature: flipped })],
    [
      'a later expiry under the old signature',
      'bad-signature',
      joined({ ...parts, payload: payload({ expires: numeric(5, NOW + DAY - 1) }) }),
    ],
    ['a removal under the signature of the body', 'bad-signature', joined({ ...parts, payload: removal })],
    ['another owner over the same payload and signature', 'bad-signature', joined({ ...parts, publicKey: other })],
    [
      'signed over the payload alone',
      'bad-signature',
      joined({ ...parts, signature: ed25519.sign(parts.payload, SEED) }),
    ],
    ['a signature of zeros', 'bad-signature', joined({ ...parts, signature: new Uint8Array(64) })],
    ['S + L: the equation holds', 'bad-signature', crafted.longS()],
    [
      'S = L',
      'bad-signature',
      joined({
        ...parts,
        signature: concat([
          parts.signature.slice(0, 32),
          hexBytes('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'),
        ]),
      }),
    ],
    ['R is the neutral element: the equation holds', 'bad-signature', crafted.plain({ r: 0n })],
    ['R is the neutral element with its sign set', 'bad-signature', crafted.otherR(hexBytes(`01${zeros}80`), 0n, 0n)],
    ['R is the neutral element as y = p + 1', 'bad-signature', crafted.otherR(hexBytes(rest('ee', '7f')), 0n, 0n)],
    ['R of mixed order: the cofactored equation holds', 'bad-signature', crafted.plain({ j: 1n })],
    ['a key of mixed order, R not: the cofactored equation holds', 'bad-signature', mixedKeyPlainR()],
    [
      'a key of mixed order: the equation holds for the challenge not reduced',
      'bad-signature',
      crafted.mixed('unreduced'),
    ],
    ['a key that is not on the curve', 'bad-signature', small(`02${zeros}00`)],
    ['the key is the neutral element: the equation holds for every payload', 'bad-key', small(`01${zeros}00`)],
    ['the key is the neutral element with its sign set', 'bad-key', small(`01${zeros}80`)],
    ['the key is the neutral element as y = p + 1', 'bad-key', small(rest('ee', '7f'))],
    ['the key has order 2', 'bad-key', small(rest('ec', '7f'))],
    ['the key has order 2, its sign set', 'bad-key', small(rest('ec', 'ff'))],
    ['the key has order 4: zeros', 'bad-key', small(`00${zeros}00`)],
    ['the key has order 4, as y = p', 'bad-key', small(rest('ed', '7f'))],
    ['the key has order 8', 'bad-key', small(eight)],
    ['the key has order 8, the other sign', 'bad-key', small(eight.replace(/7a$/, 'fa'))],
    [
      'the key has order 8, the other y',
      'bad-key',
      small('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    ],
    ['the key is a point of large order as y + p', 'bad-key', small(rest('f0', '7f'))],
    ['the key is 2^255 - 1', 'bad-key', small(rest('ff', '7f'))],
  ]
}

/** The challenge is not a multiple of 8, or the equation would hold. */
function mixedKeyPlainR(): Uint8Array {
  return crafted.plain({ i: 1n })
}
