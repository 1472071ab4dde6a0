import { hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

/** A thread that does nothing but look for nonces. It is ended to make it stop. */
export interface MineTask {
  /** What is hashed; its last eight bytes are the nonce to start from. */
  readonly preimage: Uint8Array
  readonly bits: number
}

parentPort?.on('message', ({ preimage, bits }: MineTask) => {
  parentPort!.postMessage(mine(preimage, bits))
})

function mine(preimage: Uint8Array, bits: number): Uint8Array {
  const nonce = new DataView(preimage.buffer, preimage.byteOffset + preimage.byteLength - 8, 8)
  for (;;) {
    // as text: a Buffer for each hash takes three times as long as the hash
    if (zeroBits(hash('sha256', preimage, 'latin1')) === bits) return preimage.slice(-8)
    const low = nonce.getUint32(4) + 1
    nonce.setUint32(4, low)
    if (low > 0xffffffff) nonce.setUint32(0, nonce.getUint32(0) + 1)
  }
}

function zeroBits(digest: string): number {
  let bits = 0
  for (let at = 0; at < digest.length; at++) {
    const byte = digest.charCodeAt(at)
    if (byte !== 0) return bits + Math.clz32(byte) - 24
    bits += 8
  }
  return bits
}
