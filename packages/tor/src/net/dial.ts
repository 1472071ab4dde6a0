import { once } from 'node:events'
import { connect } from 'node:net'
import { AbortError } from '@libp2p/interface'
import { SocksClient } from 'socks'
import { endpointText } from '../endpoint.ts'
import { TorError } from '../errors.ts'
import { SocksReply } from './socks-reply.ts'
import type { Socket } from 'node:net'
import type { SocketAddress } from '../endpoint.ts'
import type { OnionTarget } from '../onion/address.ts'

export interface DialInit {
  socks: SocketAddress
  target: OnionTarget
  /** Streams with other credentials never share a circuit: tor(1), IsolateSOCKSAuth. */
  user: string
  password: string
  timeoutMs: number
  signal: AbortSignal
}

/** A socket that goes to an onion service. @throws {TorError} `socks-failed` or `onion-unreachable`, or an AbortError */
export async function dialOnion(init: DialInit): Promise<Socket> {
  const deadline = AbortSignal.timeout(init.timeoutMs)
  const either = AbortSignal.any([init.signal, deadline])
  const reply = new SocksReply()
  const socket = connect(init.socks)
  // between the steps nobody else would listen for it
  socket.on('error', () => {})
  const destroy = (): void => void socket.destroy()
  either.addEventListener('abort', destroy)
  try {
    await opened(socket, init.socks, either)
    socket.on('data', push)
    await SocksClient.createConnection({
      command: 'connect',
      destination: { host: `${init.target.address}.onion`, port: init.target.port },
      // the socket is there already: host and port are not looked at
      proxy: { type: 5, host: 'tor', port: 1, userId: init.user, password: init.password },
      existing_socket: socket,
      timeout: init.timeoutMs,
    })
    if (either.aborted) throw new Error('aborted')
    return socket
  } catch (cause) {
    socket.destroy()
    if (init.signal.aborted) throw new AbortError()
    throw failed(init, reply, deadline.aborted, cause as Error)
  } finally {
    socket.off('data', push)
    either.removeEventListener('abort', destroy)
  }

  function push(bytes: Buffer): void {
    reply.push(bytes)
  }
}

async function opened(socket: Socket, socks: SocketAddress, signal: AbortSignal): Promise<void> {
  try {
    await once(socket, 'connect', { signal })
  } catch (cause) {
    throw new TorError(
      'socks-failed',
      `the SOCKS port ${endpointText(socks)} cannot be reached: ${(cause as Error).message}`,
      { cause },
    )
  }
}

function failed({ target, timeoutMs }: DialInit, reply: SocksReply, isLate: boolean, cause: Error): TorError {
  const where = `${target.address}.onion:${target.port}`
  // the library's error is no cause to hand on: it carries our credentials
  if (isLate) return new TorError('onion-unreachable', `${where}: no connection within ${timeoutMs} ms`)
  if (cause instanceof TorError) return cause
  if (reply.reason !== undefined) return new TorError('onion-unreachable', `${where}: ${reply.reason}`)
  return new TorError('socks-failed', `${where}: the SOCKS port of Tor failed: ${cause.message}`)
}
