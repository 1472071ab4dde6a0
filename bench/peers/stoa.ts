import { multiaddr } from '@multiformats/multiaddr'
import { boundStream, bytes } from '@stoa/codec'
import { defineProtocol } from '@stoa/direct'
import { createStack } from '@stoa/stack'
import { confirmation, PIECE_BYTES } from './peer.ts'
import type { Peer } from './peer.ts'

const echo = defineProtocol({ id: '/bench/echo/1.0.0', request: bytes, response: bytes })
const BULK = '/bench/bulk/1.0.0'

/** A slice of a Node buffer may be a view of a larger one. */
function announced(head: Uint8Array): number {
  return new DataView(head.buffer, head.byteOffset).getFloat64(0)
}

/** The whole stack with its defaults, but for finding strangers. */
const quiet = { mdns: false, nat: false } as const

export const stoa: Peer = {
  async serve() {
    const stack = await createStack({ ...quiet, listen: ['/ip4/127.0.0.1/tcp/0'] })
    await stack.direct.handle(echo, value => value)
    await stack.libp2p.handle(BULK, async raw => {
      const stream = boundStream(raw)
      let arrived = 0
      let wanted = Infinity
      for await (const chunk of stream) {
        arrived += chunk.byteLength
        // the first 8 bytes say how many follow
        if (wanted === Infinity) wanted = 8 + announced(chunk.slice(0, 8))
        if (arrived >= wanted) {
          await stream.write(confirmation(arrived - 8))
          arrived -= wanted
          wanted = Infinity
        }
      }
    })
    return String(stack.libp2p.getMultiaddrs()[0])
  },

  async connect(where) {
    const stack = await createStack({ ...quiet, listen: [] })
    const address = multiaddr(where)
    const connection = await stack.libp2p.dial(address)
    const peer = connection.remotePeer
    const stream = boundStream(await connection.newStream(BULK))
    const piece = new Uint8Array(PIECE_BYTES).fill(7)
    return {
      request: payload => stack.direct.request(peer, echo, payload),
      async bulk(total) {
        await stream.write(confirmation(total))
        for (let left = total; left > 0; left -= PIECE_BYTES)
          await stream.write(left >= PIECE_BYTES ? piece : piece.subarray(0, left))
        await stream.read()
      },
      close: () => stack.stop(),
    }
  },
}
