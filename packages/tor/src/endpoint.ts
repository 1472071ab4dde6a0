import { isIPv4, isIPv6 } from 'node:net'
import { isAbsolute } from 'node:path'
import { TorError } from './errors.ts'

/** Where a Tor listens for us: `HOST:PORT` on this machine, or `unix:/path`. */
export type TorEndpoint = string

/** What node:net connects to. */
export type SocketAddress = { path: string } | { host: string; port: number }

/**
 * Only this machine: what is said on these sockets is in the clear, and a name would have to be looked up.
 * @throws {TorError} `bad-option`
 */
export function parseEndpoint(option: string, text: TorEndpoint): SocketAddress {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length)
    if (!isAbsolute(path) || path.includes('\0')) throw refused(option, text)
    return { path }
  }
  const [, name = '', port = ''] = /^(.*):(\d{1,5})$/.exec(text) ?? []
  const host = name === 'localhost' ? '127.0.0.1' : name.replace(/^\[(.*)\]$/, '$1')
  if (!isLoopback(host) || Number(port) > 65_535) throw refused(option, text)
  return { host, port: Number(port) }
}

export function endpointText(address: SocketAddress): TorEndpoint {
  if ('path' in address) return `unix:${address.path}`
  return isIPv6(address.host) ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}

function isLoopback(host: string): boolean {
  return (isIPv4(host) && host.startsWith('127.')) || host === '::1'
}

function refused(option: string, text: string): TorError {
  return new TorError(
    'bad-option',
    `${option} is ${JSON.stringify(text)}, it takes HOST:PORT with a loopback address, or unix:/PATH`,
  )
}
