import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { TorError } from '../errors.ts'

/** sockaddr_un.sun_path with its final zero: 108 bytes on Linux, 104 on macOS and BSD. */
const MAX_SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103
const LONGEST_NAME = 'sockets-XXXXXX/control.sock'
/** ADD_ONION takes a path without quotes. */
const PLAIN = /^[\w./-]+$/
const SOCKETS = /^sockets-\w{6}$/

/** Where a Tor of our own has its data and its sockets. Nobody else may look into either: Tor would refuse. */
export interface TorDirectories {
  readonly data: string
  readonly control: string
  readonly socks: string
  readonly inbound: string
  readonly cleanUp: () => Promise<void>
}

/** @throws {TorError} `bad-option` */
export async function openDirectories(dataDir: string): Promise<TorDirectories> {
  const data = resolve(dataDir, 'tor')
  try {
    await mkdir(data, { recursive: true, mode: 0o700 })
    await chmod(data, 0o700)
    await removeDead(data)
    const fits = Buffer.byteLength(join(data, LONGEST_NAME)) <= MAX_SOCKET_PATH_BYTES
    // new each time: behind those of last time may still be a Tor, of a node that was killed just now
    const sockets = await mkdtemp(fits && PLAIN.test(data) ? join(data, 'sockets-') : join(tmpdir(), 'stoa-tor-'))
    return {
      data,
      control: join(sockets, 'control.sock'),
      socks: join(sockets, 'socks.sock'),
      inbound: join(sockets, 'inbound.sock'),
      cleanUp: () => rm(sockets, { recursive: true, force: true }),
    }
  } catch (cause) {
    throw new TorError('bad-option', `Tor can have no directory ${data}: ${(cause as Error).message}`, { cause })
  }
}

/** What nodes that were killed left, but for sockets that a Tor is still behind. */
async function removeDead(data: string): Promise<void> {
  for (const name of await readdir(data)) {
    const path = join(data, name)
    if (SOCKETS.test(name) && !(await isAlive(join(path, 'control.sock')))) await rm(path, { recursive: true })
  }
}

async function isAlive(path: string): Promise<boolean> {
  const socket = connect({ path })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
