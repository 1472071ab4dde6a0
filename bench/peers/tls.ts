import { once } from 'node:events'
import { connect, createServer } from 'node:tls'
import { certificate } from './certificate.ts'
import { confirmation, PIECE_BYTES } from './peer.ts'
import { listen, sendAll, serveBulk } from './sockets.ts'
import type { Peer } from './peer.ts'

const CIPHER = 'TLS_CHACHA20_POLY1305_SHA256'
const suite = { minVersion: 'TLSv1.3', ciphers: CIPHER } as const

/** Node's TLS 1.3 with the cipher that noise uses. */
export const tls: Peer = {
  async serve() {
    return String(await listen(createServer({ ...suite, ...(await certificate()) }, serveBulk)))
  },

  async connect(where) {
    const socket = connect({ ...suite, host: '127.0.0.1', port: Number(where), rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    socket.setNoDelay(true)
    if (socket.getCipher().name !== CIPHER)
      throw new Error(`TLS negotiated ${socket.getCipher().name}, the bench needs ${CIPHER}`)
    return {
      async bulk(total) {
        socket.write(confirmation(total))
        await sendAll(socket, total, PIECE_BYTES)
      },
      async close() {
        socket.destroy()
      },
    }
  },
}
