import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { TorError } from '../errors.ts'

/** sockaddr_un.sun_path with its final zero: 108 bytes on Linux, 104 on macOS and BSD. */
const MAX_SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103
const LONGEST_NAME = 'control.sock'
/** ADD_ONION takes a path without quotes. */
const PLAIN = /^[\w./-]+$/

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
    const fits = Buffer.byteLength(join(data, LONGEST_NAME)) <= MAX_SOCKET_PATH_BYTES
    const sockets = fits && PLAIN.test(data) ? data : await mkdtemp(join(tmpdir(), 'stoa-tor-'))
    return {
      data,
      control: join(sockets, 'control.sock'),
      socks: join(sockets, 'socks.sock'),
      inbound: join(sockets, 'inbound.sock'),
      cleanUp: async () => {
        if (sockets !== data) await rm(sockets, { recursive: true, force: true })
      },
    }
  } catch (cause) {
    throw new TorError('bad-option', `Tor can have no directory ${data}: ${(cause as Error).message}`, { cause })
  }
}
