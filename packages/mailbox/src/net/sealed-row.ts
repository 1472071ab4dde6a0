/**
 * What every row of this room's part of the store is in: a version, the bytes, and a sum over the key and both. LevelDB checks the sums of its
 * own blocks only when asked, which its bindings for Node cannot.
 *
 * | bytes | |
 * | --- | --- |
 * | 1 | version, 1 |
 * | n | what it holds |
 * | 4 | CRC-32 of the key and all of the above |
 */
const VERSION = 1
const SUM_BYTES = 4

export function wrapRow(key: Uint8Array, content: Uint8Array): Uint8Array {
  const row = new Uint8Array(1 + content.length + SUM_BYTES)
  row[0] = VERSION
  row.set(content, 1)
  new DataView(row.buffer).setUint32(row.length - SUM_BYTES, checksum(key, row))
  return row
}

/** Undefined when the row is damaged, or of a version that this code does not know. It shares memory with it. */
export function unwrapRow(key: Uint8Array, row: Uint8Array): Uint8Array | undefined {
  if (row.length < 1 + SUM_BYTES || row[0] !== VERSION) return undefined
  const sum = new DataView(row.buffer, row.byteOffset, row.byteLength).getUint32(row.length - SUM_BYTES)
  return sum === checksum(key, row) ? row.subarray(1, row.length - SUM_BYTES) : undefined
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
