import { boundStream } from '@stoa/codec'
import { randomBytes } from 'node:crypto'
import type { Connection } from '@libp2p/interface'

/** https://github.com/libp2p/specs/blob/master/ping/ping.md */
const PROTOCOL = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

/**
 * How long an echo takes, in ms. Not with the ping service of libp2p: that one ends its stream before the echo has come, which
 * libp2p 3.3 on the other side can miss (the end arrives before its loop over the stream begins), and then keeps the stream for 10 s.
 */
export async function ping(connection: Connection, signal: AbortSignal): Promise<number> {
  const stream = boundStream(await connection.newStream(PROTOCOL, { signal, runOnLimitedConnection: true }))
  try {
    const sent = randomBytes(PING_BYTES)
    const startedAt = performance.now()
    await stream.write(sent, { signal })
    const received: Uint8Array[] = []
    for (let bytes = 0; bytes < PING_BYTES;) {
      const chunk = await stream.read({ signal })
      if (chunk === undefined) throw new Error('the peer ended the stream without an answer')
      bytes += chunk.byteLength
      received.push(chunk.subarray())
    }
    const rttMs = performance.now() - startedAt
    if (!sent.equals(Buffer.concat(received))) throw new Error('the peer answered with other bytes')
    await stream.close({ signal })
    return rttMs
  } catch (error) {
    stream.abort(error as Error)
    throw error
  }
}
