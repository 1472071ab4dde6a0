import { isIP } from 'node:net'

/** Where the API listens. */
export interface Endpoint {
  host: string
  /** 0: any free one. */
  port: number
}

/** `HOST:PORT` of this machine alone; undefined for anything else. The token and the guard are made for loopback. */
export function parseEndpoint(value: string): Endpoint | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:]+)\]|([0-9a-z.-]+)):(\d{1,5})$/i.exec(value) ?? []
  // a name would have to be looked up
  const host = plain === 'localhost' ? '127.0.0.1' : (bracketed ?? plain)
  const port = Number(digits)
  if (host === undefined || port > 65_535 || !isLoopback(host)) return undefined
  return { host, port }
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || (isIP(host) === 6 && host === '::1')
}
