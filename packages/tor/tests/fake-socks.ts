import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { SocketAddress } from '@stoa/tor'

/** What a client asked of the port. */
export interface SocksRequest {
  user: string
  password: string
  host: string
  port: number
}

export interface FakeSocks extends AsyncDisposable {
  endpoint: SocketAddress
  requests: SocksRequest[]
  /** Connections that are open. */
  open: Set<Socket>
}

/** What it answers: a code of RFC 1928 §6, where to connect it to, bytes of any kind, or nothing. */
export type Answer = { code: number } | { to: SocketAddress } | { raw: Uint8Array } | { greet: Uint8Array } | 'silence'

/** A SOCKS 5 port that takes a name and a password, as Tor's does, and answers what a test says. */
export async function fakeSocks(answer: (request: SocksRequest) => Answer): Promise<FakeSocks> {
  const requests: SocksRequest[] = []
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => {}).once('close', () => open.delete(socket))
    void serve(socket, request => {
      requests.push(request)
      return answer(request)
    }).catch(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: { host: '127.0.0.1', port },
    requests,
    open,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function serve(socket: Socket, answer: (request: SocksRequest) => Answer): Promise<void> {
  const [, methods = 0] = await read(socket, 2)
  await read(socket, methods)
  socket.write(Uint8Array.of(5, 2))
  const [, userLength = 0] = await read(socket, 2)
  const user = Buffer.from(await read(socket, userLength)).toString()
  const [passwordLength = 0] = await read(socket, 1)
  const password = Buffer.from(await read(socket, passwordLength)).toString()
  socket.write(Uint8Array.of(1, 0))
  const [, , , kind, hostLength = 0] = await read(socket, 5)
  if (kind !== 3) throw new Error('not a name')
  const host = Buffer.from(await read(socket, hostLength)).toString()
  const [high = 0, low = 0] = await read(socket, 2)
  const given = answer({ user, password, host, port: (high << 8) | low })
  // so that it hears of the end
  if (typeof given === 'string' || !('to' in given)) socket.resume()
  if (given === 'silence') return
  if ('raw' in given) return void socket.write(given.raw)
  if ('code' in given) return void socket.end(reply(given.code))
  if ('greet' in given) return void socket.write(Buffer.concat([reply(0), given.greet]))
  const onward = connect(given.to)
  onward.on('error', () => socket.destroy()).once('close', () => socket.destroy())
  socket.once('close', () => onward.destroy())
  await once(onward, 'connect')
  socket.write(reply(0))
  socket.pipe(onward).pipe(socket)
}

function reply(code: number): Uint8Array {
  return Uint8Array.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0)
}

async function read(socket: Socket, bytes: number): Promise<Uint8Array> {
  if (bytes === 0) return new Uint8Array()
  for (;;) {
    const got = socket.read(bytes) as Buffer | null
    if (got !== null) return got
    if (socket.readableEnded) throw new Error('ended')
    await once(socket, 'readable')
  }
}
