import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TypedEventEmitter } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { DEFAULTS, TorError } from '@stoa/tor'
import type { SocketAddress, StartTorInit, Tor, TorEvents } from '@stoa/tor'
import type { Server, Socket } from 'node:net'

/** Where the onion services of this network are: what Tor's directories and relays do between them. */
const services = new Map<string, SocketAddress>()

/** A Tor without a network: a SOCKS port that connects to the onion services of other fakes, over unix sockets alone. */
export class FakeTor extends TypedEventEmitter<TorEvents> implements Tor {
  readonly options = DEFAULTS
  readonly inbound: SocketAddress
  readonly #directory = mkdtempSync(join(tmpdir(), 'stoa-fake-tor-'))
  readonly #address = newAddress()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Whom it was asked for, as the SOCKS port heard it. */
  readonly asked: string[] = []

  static async start(init: StartTorInit): Promise<FakeTor> {
    if (init.program === '/nowhere/tor') throw new TorError('no-tor', 'the program /nowhere/tor is not there')
    for (const percent of [5, 45, 100])
      init.onBootstrap?.({ percent, summary: percent < 100 ? 'Loading relays' : 'Done' })
    const tor = new FakeTor()
    await once(tor.#server.listen(join(tor.#directory, 'socks.sock')), 'listening')
    return tor
  }

  private constructor() {
    super()
    this.inbound = { path: join(this.#directory, 'inbound.sock') }
    this.#server = createServer(socket => {
      this.#sockets.add(socket)
      this.#serveSocks(socket).catch(() => socket.destroy())
    })
  }

  onion() {
    return multiaddr(`/onion3/${this.#address}:${this.options.port}`)
  }

  socks(): SocketAddress {
    return { path: join(this.#directory, 'socks.sock') }
  }

  async serve(target: SocketAddress): Promise<() => Promise<void>> {
    services.set(`${this.#address}.onion:${this.options.port}`, target)
    return async () => void services.delete(`${this.#address}.onion:${this.options.port}`)
  }

  status() {
    return {
      state: 'up' as const,
      bootstrap: { percent: 100, summary: 'Done' },
      onion: String(this.onion()),
      isReachable: true,
      hasProofOfWork: true,
      pid: undefined,
      restarts: 0,
      reason: undefined,
    }
  }

  async reachable(): Promise<void> {}

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (this.#server.listening) await once(this.#server.close(), 'close')
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** RFC 1928 and RFC 1929, of which our client sends each part at once. */
  async #serveSocks(socket: Socket): Promise<void> {
    socket.on('error', () => {})
    await part(socket)
    socket.write(Uint8Array.of(5, 2))
    await part(socket)
    socket.write(Uint8Array.of(1, 0))
    const request = await part(socket)
    const host = request.subarray(5, 5 + request[4]!).toString()
    const asked = `${host}:${request.readUInt16BE(5 + request[4]!)}`
    this.asked.push(asked)
    const target = services.get(asked)
    // tor-spec: the descriptor was not found
    if (target === undefined) return void socket.end(Uint8Array.of(5, 0xf0, 0, 1, 0, 0, 0, 0, 0, 0))
    const other = connect(target as { path: string })
    this.#sockets.add(other)
    other.on('error', () => socket.destroy())
    await once(other, 'connect')
    socket.write(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
    socket.pipe(other).pipe(socket)
    socket.once('close', () => other.destroy())
    other.once('close', () => socket.destroy())
  }
}

async function part(socket: Socket): Promise<Buffer> {
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  return bytes
}

/** rend-spec-v3 §6 */
function newAddress(): string {
  const key = randomBytes(32)
  const version = Buffer.of(3)
  const checksum = createHash('sha3-256').update('.onion checksum').update(key).update(version).digest().subarray(0, 2)
  return base32(Buffer.concat([key, checksum, version]))
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return bits.replace(/.{5}/g, five => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)]!)
}
