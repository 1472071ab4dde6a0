import { once } from 'node:events'
import { confirmation } from './peer.ts'
import type { AddressInfo, Server } from 'node:net'

/** What the streams of node:net, node:tls and secret-stream have in common. */
export interface Duplex {
  write: (data: Uint8Array) => boolean
  on: (event: 'data' | 'error', listener: (data: Buffer) => void) => unknown
  once: (event: 'data' | 'drain', listener: () => void) => unknown
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Counts what arrives after an 8-byte header that says how much it will be, and confirms it. */
export function serveBulk(stream: Duplex): void {
  let arrived = 0
  let wanted = Infinity
  stream.on('error', () => {})
  stream.on('data', chunk => {
    arrived += chunk.byteLength
    if (wanted === Infinity) wanted = 8 + chunk.readDoubleBE(0)
    if (arrived < wanted) return
    stream.write(confirmation(arrived - 8))
    arrived -= wanted
    wanted = Infinity
  })
}

export async function sendAll(stream: Duplex, total: number, pieceBytes: number): Promise<void> {
  const piece = Buffer.alloc(pieceBytes, 7)
  const confirmed = new Promise<void>(resolve => stream.once('data', resolve))
  for (let left = total; left > 0; left -= pieceBytes) {
    const hasRoom = stream.write(left >= pieceBytes ? piece : piece.subarray(0, left))
    if (!hasRoom) await new Promise<void>(resolve => stream.once('drain', resolve))
  }
  await confirmed
}
