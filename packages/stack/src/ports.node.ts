import { multiaddr } from '@multiformats/multiaddr'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { z } from 'zod'

// A node that asks for a free port takes the same one next time: its peers' address books, and the port mapped in
// a router, are then still right when all bootstrap nodes are down. What is lost with the file is a port number.

const portsSchema = z.record(z.string().max(256), z.int().min(1).max(65_535))

export async function withLastPorts(path: string, listen: string[]): Promise<string[]> {
  const ports = await readPorts(path)
  return Promise.all(
    listen.map(async address => {
      const port = ports[address]
      const endpoint = freePort(address)
      if (port === undefined || endpoint === undefined || !(await isFree(endpoint.host, port))) return address
      return address.replace('/tcp/0', `/tcp/${port}`)
    }),
  )
}

export async function keepPorts(path: string, listen: string[], actual: string[]): Promise<void> {
  const taken = actual.map(address => ({
    port: portOf(address),
    isWebSocket: /\/wss?(\/|$)/.test(address),
    isIp6: address.startsWith('/ip6/'),
  }))
  const ports = await readPorts(path)
  for (const address of listen) {
    if (freePort(address) === undefined) continue
    const match = taken.find(
      ({ port, isWebSocket, isIp6 }) =>
        port !== undefined && isWebSocket === /\/wss?(\/|$)/.test(address) && isIp6 === address.startsWith('/ip6/'),
    )
    if (match?.port !== undefined) ports[address] = match.port
  }
  if (Object.keys(ports).length === 0) return
  await writeFile(`${path}.tmp`, `${JSON.stringify(ports)}\n`)
  await rename(`${path}.tmp`, path)
}

async function readPorts(path: string): Promise<Record<string, number>> {
  try {
    return portsSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return {}
  }
}

/** Host of an address that asks for any free TCP port. */
function freePort(address: string): { host: string } | undefined {
  const components = multiaddr(address).getComponents()
  const tcp = components.find(component => component.name === 'tcp')
  const host = components[0]
  if (tcp?.value !== '0' || host?.value === undefined || !host.name.startsWith('ip')) return undefined
  return { host: host.value }
}

function portOf(address: string): number | undefined {
  const value = multiaddr(address)
    .getComponents()
    .find(component => component.name === 'tcp')?.value
  return value === undefined ? undefined : Number(value)
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
