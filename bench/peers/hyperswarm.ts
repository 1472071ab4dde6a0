import SecretStream from '@hyperswarm/secret-stream'
import cenc from 'compact-encoding'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import RPC from 'protomux-rpc'
import { confirmation, PIECE_BYTES } from './peer.ts'
import { listen, sendAll, serveBulk } from './sockets.ts'
import type { Peer } from './peer.ts'

/** Holepunch's stack over TCP: noise and libsodium's secretstream, protomux, protomux-rpc. */
export const hyperswarm: Peer = {
  async serve() {
    const rpc = createServer({ noDelay: true }, socket => {
      const stream = new SecretStream(false, socket)
      stream.on('error', () => {})
      new RPC(stream).respond('echo', { valueEncoding: cenc.raw }, (value: Uint8Array) => value)
    })
    const bulk = createServer({ noDelay: true }, socket => {
      const stream = new SecretStream(false, socket)
      stream.on('error', () => {})
      serveBulk(stream)
    })
    return `${await listen(rpc)} ${await listen(bulk)}`
  },

  async connect(where) {
    const [rpcPort, bulkPort] = where.split(' ').map(Number)
    const rpc = new RPC(new SecretStream(true, connect({ host: '127.0.0.1', port: rpcPort!, noDelay: true })))
    const bulk = new SecretStream(true, connect({ host: '127.0.0.1', port: bulkPort!, noDelay: true }))
    await once(bulk, 'open')
    return {
      request: payload => rpc.request('echo', payload, { valueEncoding: cenc.raw }),
      async bulk(total) {
        bulk.write(confirmation(total))
        await sendAll(bulk, total, PIECE_BYTES)
      },
      async close() {
        bulk.destroy()
        rpc.destroy()
      },
    }
  },
}
