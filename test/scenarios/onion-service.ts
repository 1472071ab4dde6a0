import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { AddressInfo, Server } from 'node:net'
import type { TorNetwork } from '@stoa/testkit/tor'

// An onion service of a Tor that knows nothing of Stoa, in front of ports on this machine: for peers that are not ours.

/** @returns its address, without `.onion` */
export async function openOnion(
  tor: TorNetwork,
  name: string,
  ports: ReadonlyArray<readonly [onion: number, local: number]>,
): Promise<string> {
  const { directory } = await tor.client(name, at => [
    'SocksPort 0',
    `HiddenServiceDir ${join(at, 'onion')}`,
    ...ports.map(([onion, local]) => `HiddenServicePort ${onion} 127.0.0.1:${local}`),
  ])
  const host = await readFile(join(directory, 'onion/hostname'), 'utf8')
  return host.trim().replace(/\.onion$/, '')
}

/** A port that others knock at, and are sent away from. */
export async function knockedAt(closing: AsyncDisposableStack, onKnock: () => void): Promise<number> {
  const server = createServer(socket => {
    onKnock()
    socket.destroy()
  })
  closing.defer(() => closed(server))
  return portOf(server)
}

export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await portOf(server)
  await closed(server)
  return port
}

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

async function closed(server: Server): Promise<void> {
  await once(server.close(), 'close')
}
