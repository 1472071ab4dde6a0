import { once } from 'node:events'
import { connect, createSecureServer } from 'node:http2'
import { certificate } from './certificate.ts'
import { listen } from './sockets.ts'
import type { Peer } from './peer.ts'
import type { ServerHttp2Stream } from 'node:http2'
import type { Server } from 'node:net'

/** HTTP/2 over TLS in Node: one session, a stream for each request. */
export const http2: Peer = {
  async serve() {
    const server = createSecureServer({ ...(await certificate()), settings: { maxConcurrentStreams: 1_000 } })
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.respond({ ':status': 200 })
      stream.pipe(stream)
    })
    return String(await listen(server as unknown as Server))
  },

  async connect(where) {
    const session = connect(`https://127.0.0.1:${where}`, { rejectUnauthorized: false })
    await once(session, 'connect')
    return {
      request: payload =>
        new Promise<void>((resolve, reject) => {
          const stream = session.request({ ':method': 'POST', ':path': '/echo' })
          stream.on('data', () => {})
          stream.on('end', resolve)
          stream.on('error', reject)
          stream.end(payload)
        }),
      async close() {
        session.destroy()
      },
    }
  },
}
