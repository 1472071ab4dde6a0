import { leadingZeroBits } from '../zero-bits.ts'
import type { Miner } from '../platform-types.ts'

/** Hashes between two looks at the time: about 1 ms. */
const HASHES_PER_CHECK = 256
const SLICE_MS = 8

/** On the main thread, in slices between which the page lives. */
export function createSlicedMiner(platform: {
  sha256: (bytes: Uint8Array) => Uint8Array
  nextTurn: () => Promise<void>
}): Miner {
  return {
    mine: async (preimage, bits, signal) => {
      const bytes = preimage.slice()
      const nonce = new DataView(bytes.buffer, bytes.byteLength - 8, 8)
      for (;;) {
        signal?.throwIfAborted()
        const endMs = performance.now() + SLICE_MS
        do {
          for (let count = 0; count < HASHES_PER_CHECK; count++) {
            if (leadingZeroBits(platform.sha256(bytes)) === bits) return bytes.slice(-8)
            const low = nonce.getUint32(4) + 1
            nonce.setUint32(4, low)
            if (low > 0xffffffff) nonce.setUint32(0, nonce.getUint32(0) + 1)
          }
        } while (performance.now() < endMs)
        await platform.nextTurn()
      }
    },
    close: async () => {},
  }
}
