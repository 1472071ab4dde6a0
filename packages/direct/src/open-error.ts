import { DirectError } from './errors.ts'
import type { DirectCode } from './errors.ts'
import type { Connection } from '@libp2p/interface'

/** How libp2p names what went wrong when it dials a peer and negotiates a protocol (libp2p 3.3, by `error.name`). */
const CODES: Record<string, DirectCode> = {
  UnsupportedProtocolError: 'no-such-protocol',
  NoValidAddressesError: 'not-found',
  NotFoundError: 'not-found',
  NoPeerRoutersError: 'not-found',
  // our own gater, our own limits, and ourselves
  DialDeniedError: 'refused',
  ConnectionInterceptedError: 'refused',
  ConnectionDeniedError: 'refused',
  TooManyOutboundProtocolStreamsError: 'refused',
  LimitedConnectionError: 'refused',
  InvalidPeerIdError: 'refused',
  NotStartedError: 'stopped',
}

/** A peer's gater or connection limit has no words: it hangs up, and where in the handshake that shows depends on the transport. */
const HUNG_UP = /ECONNRESET|Unexpected EOF|has been reset|stream that is clos|Remote closed connection/

/** What was reached when opening failed. */
export interface Reached {
  connection: Pick<Connection, 'status'> | undefined
  /** The connection was made for this attempt. */
  isFresh: boolean
}

/** Says in one of our codes why no stream could be opened to a peer. */
export function openError(error: unknown, what: string, reached: Reached): DirectError {
  if (error instanceof DirectError) return error
  const code = openCode(error, reached)
  const reasons = reasonsOf(error)
  return new DirectError(
    code,
    `${what}: ${EXPLAIN[code] ?? 'no stream could be opened'}${reasons === '' ? '' : ` (${reasons})`}`,
    { cause: error },
  )
}

const EXPLAIN: Partial<Record<DirectCode, string>> = {
  'no-such-protocol': 'the peer does not speak this protocol',
  'not-found': 'no address of the peer is known that can be dialled',
  unreachable: 'no address of the peer answered as this peer',
  refused: 'the connection or the stream was refused',
  disconnected: 'the connection was lost',
  timeout: 'no stream in time',
}

function openCode(error: unknown, { connection, isFresh }: Reached): DirectCode {
  // libp2p also rejects with what is no Error: undefined for a connection lost while writing, an event for a failed WebSocket
  const { name = '', message = '' } = (error ?? {}) as Partial<Error>
  const code = CODES[name]
  if (code !== undefined) return code
  if (error instanceof AggregateError) {
    const codes = new Set(error.errors.map(inner => openCode(inner, { connection, isFresh })))
    return codes.size === 1 ? [...codes][0]! : 'unreachable'
  }
  if (connection === undefined) return HUNG_UP.test(message) ? 'refused' : 'unreachable'
  // libp2p gives the negotiation of a protocol 10 s
  if (name === 'TimeoutError') return 'timeout'
  // a peer that ends the stream and lets the connection stand did so on purpose, and so did one that ends a new connection at once
  return connection.status === 'open' || isFresh ? 'refused' : 'disconnected'
}

/** The reasons of the single addresses, cut to what fits a line. */
function reasonsOf(error: unknown): string {
  const errors = error instanceof AggregateError ? error.errors : [error]
  const reasons = new Set(
    errors.map(inner => {
      const { name = '', message = '' } = (inner ?? {}) as Partial<Error>
      return [name, message].filter(part => part !== '').join(': ')
    }),
  )
  return [...reasons].join('; ').slice(0, 300)
}
