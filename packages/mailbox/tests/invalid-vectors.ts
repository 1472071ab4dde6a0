import { sha256 } from '@noble/hashes/sha2.js'
import { concat } from 'uint8arrays/concat'
import { MLKEM768_X25519, X25519 } from '../src/crypto/suite.ts'
import { numberField } from '../src/letter/bytes.ts'
import { encodeLetter, encodeReceipt } from '../src/letter/codec.ts'
import { receiptPreimage } from '../src/letter/content-key.ts'
import { encodeHeader } from '../src/letter/header.ts'
import { pad } from '../src/letter/padding.ts'
import { assembleLetter, draftLetter } from '../src/letter/seal.ts'
import {
  BUCKET_BITS,
  bob,
  CONTENT_KEY,
  craftedLetter,
  DAY_MS,
  fixedLetter,
  fixedSlots,
  hex,
  mailKey,
  mallory,
  NETWORK,
  newLetter,
  seeded,
  withEnvelope,
} from './build.ts'
import type { RejectionCode } from '../src/rejection.ts'
import type { Header, LetterEntry } from '../src/letter/letter.ts'
import type { Draft } from '../src/letter/seal.ts'

export interface InvalidLetter {
  reason: string
  error: RejectionCode
  network: string
  bucketBits: number
  shardBits?: number
  shard?: number
  bytes: string
}

/** What its receiver, and nobody else, finds wrong. */
export interface WrongLetter extends InvalidLetter {
  to: string
  privateKey: string
  publicKey: string
}

/** With this key it does not open: it is not for whoever has it. */
export type UnopenedLetter = Omit<WrongLetter, 'error'>

export interface Invalid {
  bytes: InvalidLetter[]
  opened: WrongLetter[]
  unopened: UnopenedLetter[]
}

const COMMON = { network: NETWORK, bucketBits: BUCKET_BITS }
const KEY = mailKey(X25519, 'bob 0')

export async function invalidVectors(): Promise<Invalid> {
  const letter = await fixedLetter(newLetter())
  return {
    bytes: [...malformed(letter), ...unproven(letter)],
    opened: await Promise.all(wrong()),
    unopened: await Promise.all(unopened()),
  }
}

function malformed(letter: LetterEntry): InvalidLetter[] {
  const { bytes, header, sealed } = letter
  const headerBytes = encodeHeader(header)
  const invalid = (reason: string, content: Uint8Array, rest: Partial<InvalidLetter> = {}): InvalidLetter => ({
    reason,
    error: 'malformed',
    ...COMMON,
    ...rest,
    bytes: hex(content),
  })
  const withHeader = (reason: string, change: Partial<Header>): InvalidLetter =>
    invalid(reason, encodeLetter({ ...header, ...change }, sealed!))
  const around = (encoded: Uint8Array): Uint8Array =>
    concat([numberField(0x0a, encoded.length), encoded, bytes.subarray(2 + headerBytes.length)])
  const spliced = (at: number, remove: number, insert: readonly number[]): Uint8Array =>
    around(concat([headerBytes.subarray(0, at), Uint8Array.from(insert), headerBytes.subarray(at + remove)]))
  const createdAt = 34
  const bucketAt = headerBytes.indexOf(0x20, createdAt + 10)

  return [
    invalid('nothing', new Uint8Array(0)),
    invalid('cut off by a byte', bytes.subarray(0, -1)),
    invalid('a byte too many', concat([bytes, Uint8Array.of(0)])),
    invalid('a header alone', bytes.subarray(0, 2 + headerBytes.length)),
    invalid('no header', bytes.subarray(2 + headerBytes.length)),
    invalid('sealed and receipt', concat([bytes, encodeReceipt(header, CONTENT_KEY).subarray(2 + headerBytes.length)])),
    invalid('receipt and sealed', concat([encodeReceipt(header, CONTENT_KEY), bytes.subarray(2 + headerBytes.length)])),
    invalid('the header twice', concat([bytes.subarray(0, 2 + headerBytes.length), bytes])),
    invalid('a field that is not known', concat([bytes, Uint8Array.of(0x20, 0x01)])),
    invalid(
      'a length that is longer than it need be',
      concat([Uint8Array.of(0x0a, headerBytes.length | 0x80, 0), bytes.subarray(2)]),
    ),
    invalid('a preimage of 31 bytes', encodeReceipt(header, CONTENT_KEY.subarray(1))),
    invalid('sealed bytes that are none', encodeLetter(header, new Uint8Array(0))),
    invalid('a byte more than slot and body', encodeLetter(header, concat([sealed!, Uint8Array.of(0)]))),
    invalid('no slot', encodeLetter(header, sealed!.subarray(80))),
    invalid('three slots', encodeLetter(header, concat([sealed!.subarray(0, 80), sealed!.subarray(0, 80), sealed!]))),
    invalid('16 slots', encodeLetter(header, concat([new Uint8Array(15 * 80), sealed!]))),
    withHeader('a lock of 31 bytes', { lock: header.lock.subarray(1) }),
    withHeader('a hash of 33 bytes', { sealedHash: concat([header.sealedHash, Uint8Array.of(0)]) }),
    withHeader('created at 0', { createdMs: 0, expiresMs: DAY_MS }),
    withHeader('expires before it was created', { expiresMs: header.createdMs - 60_000 }),
    withHeader('lives for 15 days and a minute', { expiresMs: header.createdMs + 15 * DAY_MS + 60_000 }),
    withHeader('minutes of 33 bits', { createdMs: 2 ** 32 * 60_000, expiresMs: 2 ** 32 * 60_000 }),
    withHeader('a bucket of 9 bits, where they have 8', { bucket: 256 }),
    withHeader('a suite that is not known', { suite: 0x0010 as Header['suite'] }),
    withHeader('another suite than the slots are of', { suite: MLKEM768_X25519 }),
    withHeader('a size that there is not', { sizeBytes: 513 }),
    withHeader('another size than the body has', { sizeBytes: 1_024 }),
    invalid('a letter of another shard', bytes, { shardBits: 2, shard: (header.bucket >> 6) ^ 1 }),
    invalid('the bucket left out', spliced(bucketAt, bucketSize(headerBytes, bucketAt), [])),
    invalid('created and expires change places', swapped(headerBytes, createdAt, around)),
    invalid(
      'the bucket is longer than it need be',
      spliced(bucketAt, bucketSize(headerBytes, bucketAt), [0x20, 0x81, 0x80, 0]),
    ),
    invalid('a lock that is written as a number', spliced(0, 1, [0x08])),
  ]
}

function bucketSize(header: Uint8Array, at: number): number {
  return header[at + 1]! >= 0x80 ? 3 : 2
}

/** Minutes of our time have four bytes, so both fields have five. */
function swapped(header: Uint8Array, at: number, around: (header: Uint8Array) => Uint8Array): Uint8Array {
  const [created, expires] = [header.subarray(at, at + 5), header.subarray(at + 5, at + 10)]
  return around(concat([header.subarray(0, at), expires, created, header.subarray(at + 10)]))
}

function unproven({ header, sealed }: LetterEntry): InvalidLetter[] {
  const altered = sealed!.slice()
  altered[altered.length - 1]! ^= 1
  const preimage = receiptPreimage(CONTENT_KEY)
  const wrongPreimage = preimage.slice()
  wrongPreimage[0]! ^= 1
  const entries: Array<[string, RejectionCode, Uint8Array]> = [
    ['a bit of the sealed bytes turned', 'bad-hash', encodeLetter(header, altered)],
    [
      'the sealed bytes under the hash of others',
      'bad-hash',
      encodeLetter({ ...header, sealedHash: header.lock }, sealed!),
    ],
    ['a bit of the preimage turned', 'bad-preimage', encodeReceipt(header, wrongPreimage)],
    ['the lock for a preimage', 'bad-preimage', encodeReceipt(header, header.lock)],
    [
      'a receipt of a header with another lock',
      'bad-preimage',
      encodeReceipt({ ...header, lock: seeded('lock') }, preimage),
    ],
  ]
  return entries.map(([reason, error, bytes]) => ({ reason, error, ...COMMON, bytes: hex(bytes) }))
}

function wrong(): Array<Promise<WrongLetter>> {
  const crafted = async (
    reason: string,
    error: RejectionCode,
    change: (draft: Draft) => Draft | Promise<Draft>,
  ): Promise<WrongLetter> => ({ reason, error, ...(await receivedBy(craftedLetter(newLetter(), change))) })
  const cut = (draft: Draft, envelope: (old: Uint8Array) => Uint8Array): Draft => {
    const length = new DataView(draft.padded.buffer).getUint32(0)
    return { ...draft, padded: pad(envelope(draft.padded.slice(4, 4 + length)), draft.header.sizeBytes) }
  }
  const patched = (draft: Draft, at: number, value: number): Draft => {
    const padded = draft.padded.slice()
    padded[at] = value
    return { ...draft, padded }
  }

  return [
    crafted('the lock is not of the key that is sealed', 'wrong-lock', async draft =>
      withEnvelope({ ...draft, header: { ...draft.header, lock: seeded('another lock') } }),
    ),
    shuffled(),
    crafted('the length is beyond the padding', 'bad-padding', draft => patched(draft, 2, 2)),
    crafted('the padding is not zeros', 'bad-padding', draft => patched(draft, 511, 1)),
    crafted('padded to more than it need be', 'bad-padding', async draft =>
      withEnvelope({ ...draft, header: { ...draft.header, sizeBytes: 1_024 } }),
    ),
    crafted('an empty envelope', 'bad-envelope', draft => cut(draft, () => new Uint8Array(0))),
    crafted('an envelope that is cut off', 'bad-envelope', draft => cut(draft, old => old.slice(0, -1))),
    crafted('an envelope that goes on', 'bad-envelope', draft =>
      cut(draft, old => concat([old, Uint8Array.of(0x40, 1)])),
    ),
    crafted('a content type with a control character', 'bad-envelope', async draft =>
      withEnvelope(draft, { contentType: 'text\n' }),
    ),
    crafted('a content type of 101 bytes', 'bad-envelope', async draft =>
      withEnvelope(draft, { contentType: 'a'.repeat(101) }),
    ),
    crafted('an empty body that is written', 'bad-envelope', draft => cut(draft, withEmptyBody)),
    crafted('sent a minute after its header was created', 'bad-envelope', async draft =>
      withEnvelope(draft, { sentMs: draft.letter.sentMs + 60_000 }),
    ),
    crafted('signed for another identity', 'wrong-receiver', async draft =>
      withEnvelope(draft, { to: mallory.publicKey.raw }),
    ),
    crafted('under another’s identity', 'bad-signature', async draft => withEnvelope(draft, {}, mallory)),
    crafted('a bit of the body turned after it was signed', 'bad-signature', draft =>
      patched(draft, 150, draft.padded[150]! ^ 1),
    ),
    crafted('signed for another letter: its lock', 'bad-signature', async draft =>
      withEnvelope(draft, {}, undefined, { header: { ...draft.header, lock: seeded('another lock') } }),
    ),
    crafted('signed for a longer life', 'bad-signature', async draft =>
      withEnvelope(draft, {}, undefined, { header: { ...draft.header, expiresMs: draft.header.expiresMs + DAY_MS } }),
    ),
    crafted('signed for another network', 'bad-signature', async draft =>
      withEnvelope(draft, {}, undefined, { header: draft.header, network: 'test-1' }),
    ),
  ]
}

/** All after its message id and time goes, but for the signature: a body of no bytes comes in its place. */
function withEmptyBody(envelope: Uint8Array): Uint8Array {
  const beforeContentType = 34 + 34 + 18 + 7
  return concat([envelope.slice(0, beforeContentType), Uint8Array.of(0x32, 0), envelope.slice(-66)])
}

/** Anyone can do this to a letter; its sealed_hash is right again. */
async function shuffled(): Promise<WrongLetter> {
  const letter = await fixedLetter(newLetter({ keys: [KEY, mailKey(X25519, 'bob 1')] }))
  const sealed = letter.sealed!
  const other = concat([sealed.subarray(80, 160), sealed.subarray(0, 80), sealed.subarray(160)])
  const reason = 'slots in another order than they were sealed in'
  return { reason, error: 'bad-envelope', ...(await receivedBy(Promise.resolve(rehashed(letter, other)))) }
}

function rehashed({ header }: LetterEntry, sealed: Uint8Array): Pick<LetterEntry, 'bytes'> {
  return { bytes: encodeLetter({ ...header, sealedHash: sha256(sealed) }, sealed) }
}

function unopened(): Array<Promise<UnopenedLetter>> {
  const letter = fixedLetter(newLetter())
  const headed = async (reason: string, change: Partial<Header>): Promise<UnopenedLetter> => {
    const { header, sealed } = await letter
    const bytes = encodeLetter({ ...header, ...change }, sealed!)
    return { reason, ...(await receivedBy(Promise.resolve({ bytes }))) }
  }
  return [
    receivedBy(letter, mailKey(X25519, 'mallory 0')).then(rest => ({ reason: 'another key', ...rest })),
    receivedBy(letter, KEY, 'test-1').then(rest => ({ reason: 'read on another network', ...rest })),
    headed('under another lock', { lock: seeded('lock') }),
    headed('created a minute earlier', { createdMs: newLetter().sentMs - (newLetter().sentMs % 60_000) - 60_000 }),
    headed('expires a day later', { expiresMs: newLetter().sentMs - (newLetter().sentMs % 60_000) + 2 * DAY_MS }),
    headed('in another bucket', { bucket: 1 }),
    bitTurned('a bit of the encapsulated key turned', 0),
    bitTurned('a bit of the sealed content key turned', 40),
    hybridBitTurned(),
  ]
}

async function bitTurned(reason: string, at: number): Promise<UnopenedLetter> {
  const letter = await fixedLetter(newLetter())
  return { reason, ...(await receivedBy(Promise.resolve(rehashed(letter, turned(letter.sealed!, at))))) }
}

async function hybridBitTurned(): Promise<UnopenedLetter> {
  const draft = await draftLetter(newLetter({ suite: MLKEM768_X25519 }), CONTENT_KEY)
  const letter = assembleLetter(draft, fixedSlots(draft))
  const key = mailKey(MLKEM768_X25519, 'bob 0')
  const reason = 'a bit of the ciphertext of ML-KEM turned'
  return { reason, ...(await receivedBy(Promise.resolve(rehashed(letter, turned(letter.sealed!, 7))), key)) }
}

function turned(bytes: Uint8Array, at: number): Uint8Array {
  const other = bytes.slice()
  other[at]! ^= 1
  return other
}

async function receivedBy(
  letter: Promise<Pick<LetterEntry, 'bytes'>>,
  { privateKey, publicKey } = KEY,
  network = NETWORK,
): Promise<Omit<UnopenedLetter, 'reason'>> {
  const { bytes } = await letter
  return {
    network,
    bucketBits: BUCKET_BITS,
    to: hex(bob.publicKey.raw),
    privateKey: hex(privateKey),
    publicKey: hex(publicKey),
    bytes: hex(bytes),
  }
}
