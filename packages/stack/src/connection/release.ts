/** Below this a buffer is not worth the 0.5 µs, in bytes. */
const WORTH_IT_BYTES = 16_384

/**
 * Gives the memory of a buffer back at once instead of when the garbage collector gets to it: 64 KiB of bulk data need
 * one such buffer for the cipher and one for the socket, and V8 collected every 30 MB (docs/decisions/0006).
 *
 * Only for a buffer that nobody looks at any more: it is empty afterwards. One that shares its ArrayBuffer is left alone.
 */
export function release(buffer: Uint8Array): void {
  if (!isReleasable(buffer)) return
  ;(buffer.buffer as ArrayBuffer).transfer(0)
}

export function isReleasable(buffer: Uint8Array): boolean {
  return buffer.byteLength >= WORTH_IT_BYTES && buffer.byteLength === buffer.buffer.byteLength
}
