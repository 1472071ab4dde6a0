export function varintBytes(value: number): number {
  let bytes = 1
  for (; value >= 128; value = Math.floor(value / 128)) bytes++
  return bytes
}

/** @returns the offset after it */
export function writeVarint(bytes: Uint8Array, offset: number, value: number): number {
  for (; value >= 128; value = Math.floor(value / 128)) bytes[offset++] = (value % 128) | 0x80
  bytes[offset++] = value
  return offset
}
