import { createHash, timingSafeEqual } from 'node:crypto'
import { ApiError } from './errors.ts'

export interface GuardInit {
  token: string
  /** Of the server; known once it listens. */
  port: () => number
  /** Paths that need no token. */
  open?: readonly string[]
}

export interface Asked {
  path: string
  header: (name: string) => string | undefined
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Lets only programs of this machine's user in. The token alone would do, were it never to leak; Host and Origin keep web
 * pages out even then: a page that has its own name resolve to 127.0.0.1 (DNS rebinding) sends that name as Host, and every
 * request that a page of another origin makes says so in Origin or Sec-Fetch-Site.
 */
export function createGuard({ token, port, open = [] }: GuardInit): (asked: Asked) => void {
  const wanted = digest(`Bearer ${token}`)
  return ({ path, header }) => {
    const hosts = LOOPBACK_NAMES.map(name => `${name}:${port()}`)
    const host = header('host')?.toLowerCase() ?? ''
    if (!hosts.includes(host)) {
      throw new ApiError('forbidden', `host ${quote(host)} is not this API; it answers to ${hosts.join(', ')}`)
    }
    const origin = header('origin')?.toLowerCase()
    if (origin !== undefined && !hosts.some(name => origin === `http://${name}`)) {
      throw new ApiError('forbidden', `requests from web pages of ${quote(origin)} are not allowed`)
    }
    const site = header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw new ApiError('forbidden', 'requests from web pages elsewhere are not allowed')
    }
    if (open.includes(path)) return
    const given = header('authorization')
    if (given === undefined) {
      throw new ApiError(
        'unauthorized',
        'Authorization: Bearer TOKEN is missing; the token is in api-token in the data directory',
      )
    }
    if (!timingSafeEqual(digest(given), wanted)) throw new ApiError('unauthorized', 'the token is wrong')
  }
}

/** Of one length, whatever was sent, as the comparison in constant time needs. */
function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest()
}

function quote(value: string): string {
  return JSON.stringify(value.slice(0, 100))
}
