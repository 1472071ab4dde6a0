import { itemIdOf } from '../core/item-id.ts'
import type { EntryMeta, Stamp } from '../core/entry.ts'

/**
 * A row of the index as it is stored: what a restart needs to know of an entry without reading it. Not a wire format: a later version of
 * this code that wants another one reads this too, or fetches its entries again.
 *
 * | bytes | |
 * | --- | --- |
 * | 1 | version, 1 |
 * | 1 | flags: 1 final, 2 own, 4 stamped |
 * | 1 | mark |
 * | 4 | size of the entry |
 * | 4 × 7 | seq, created, expires, holds |
 * | 32 | id |
 * | 2 + n | group, UTF-8 |
 * | 1 + 1 + 2 × 7 + 8 + 32 | when stamped: size class, bits, from, until, nonce, hash |
 * | 4 | CRC-32 of the key and all of the above |
 *
 * LevelDB checks the sums of its own blocks only when asked, which its bindings for Node cannot: so a row has one.
 */
const VERSION = 1
const FINAL = 1
const OWN = 2
const STAMPED = 4
const FIXED_BYTES = 3 + 4 + 4 * 7 + 32 + 2
const STAMP_BYTES = 2 + 2 * 7 + 8 + 32
const SUM_BYTES = 4
const KEY_BYTES = 32
const ID_BYTES = 32
const NONCE_BYTES = 8

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** @param allocate memory for it; it need not be zeroed */
export function encodeRow(meta: EntryMeta, allocate: (bytes: number) => Uint8Array): Uint8Array {
  const group = encoder.encode(meta.group)
  const { stamp } = meta
  const row = allocate(FIXED_BYTES + group.length + (stamp === undefined ? 0 : STAMP_BYTES) + SUM_BYTES)
  row[0] = VERSION
  row[1] = (meta.isFinal ? FINAL : 0) | (meta.isOwn ? OWN : 0) | (stamp === undefined ? 0 : STAMPED)
  row[2] = meta.mark
  writeU32(row, 3, meta.sizeBytes)
  writeU53(row, 7, meta.seq)
  writeU53(row, 14, meta.createdMs)
  writeU53(row, 21, meta.expiresMs)
  writeU53(row, 28, meta.holdsMs)
  row.set(meta.id, 35)
  row[67] = group.length >>> 8
  row[68] = group.length
  row.set(group, FIXED_BYTES)
  if (stamp !== undefined) writeStamp(row, FIXED_BYTES + group.length, stamp)
  writeU32(row, row.length - SUM_BYTES, checksum(meta.key, row))
  return row
}

/** Undefined when the row is damaged, or of a version that this code does not know. It shares memory with both. */
export function decodeRow(
  key: Uint8Array,
  row: Uint8Array,
  intern: (group: string) => string = group => group,
): EntryMeta | undefined {
  if (key.length !== KEY_BYTES || row.length < FIXED_BYTES + SUM_BYTES || row[0] !== VERSION) return undefined
  const flags = row[1]!
  const groupBytes = (row[67]! << 8) | row[68]!
  const isStamped = (flags & STAMPED) !== 0
  if (row.length !== FIXED_BYTES + groupBytes + (isStamped ? STAMP_BYTES : 0) + SUM_BYTES) return undefined
  if (readU32(row, row.length - SUM_BYTES) !== checksum(key, row)) return undefined
  const id = row.subarray(35, 35 + ID_BYTES)
  const stamp = isStamped ? readStamp(row, FIXED_BYTES + groupBytes) : undefined
  return {
    key,
    id,
    itemId: itemIdOf(id, stamp),
    group: intern(decoder.decode(row.subarray(FIXED_BYTES, FIXED_BYTES + groupBytes))),
    seq: readU53(row, 7),
    isFinal: (flags & FINAL) !== 0,
    createdMs: readU53(row, 14),
    expiresMs: readU53(row, 21),
    holdsMs: readU53(row, 28),
    mark: row[2]!,
    sizeBytes: readU32(row, 3),
    stamp,
    isOwn: (flags & OWN) !== 0,
  }
}

function writeStamp(row: Uint8Array, at: number, stamp: Stamp): void {
  row[at] = stamp.sizeClass
  row[at + 1] = stamp.bits
  writeU53(row, at + 2, stamp.fromMs)
  writeU53(row, at + 9, stamp.untilMs)
  row.set(stamp.nonce, at + 16)
  row.set(stamp.hash, at + 16 + NONCE_BYTES)
}

function readStamp(row: Uint8Array, at: number): Stamp {
  return {
    sizeClass: row[at]!,
    bits: row[at + 1]!,
    fromMs: readU53(row, at + 2),
    untilMs: readU53(row, at + 9),
    nonce: row.subarray(at + 16, at + 16 + NONCE_BYTES),
    hash: row.subarray(at + 16 + NONCE_BYTES, at + STAMP_BYTES),
  }
}

function writeU53(row: Uint8Array, at: number, value: number): void {
  const high = Math.floor(value / 4_294_967_296)
  row[at] = high >>> 16
  row[at + 1] = high >>> 8
  row[at + 2] = high
  writeU32(row, at + 3, value)
}

function readU53(row: Uint8Array, at: number): number {
  return ((row[at]! << 16) | (row[at + 1]! << 8) | row[at + 2]!) * 4_294_967_296 + readU32(row, at + 3)
}

function writeU32(row: Uint8Array, at: number, value: number): void {
  row[at] = value >>> 24
  row[at + 1] = value >>> 16
  row[at + 2] = value >>> 8
  row[at + 3] = value
}

function readU32(row: Uint8Array, at: number): number {
  return ((row[at]! << 24) | (row[at + 1]! << 16) | (row[at + 2]! << 8) | row[at + 3]!) >>> 0
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** CRC-32 (IEEE 802.3) over the key and the row without its sum. */
function checksum(key: Uint8Array, row: Uint8Array): number {
  let crc = 0xffffffff
  for (let index = 0; index < key.length; index++) crc = CRC_TABLE[(crc ^ key[index]!) & 0xff]! ^ (crc >>> 8)
  const end = row.length - SUM_BYTES
  for (let index = 0; index < end; index++) crc = CRC_TABLE[(crc ^ row[index]!) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
