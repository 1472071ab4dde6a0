import { DirectError } from './errors.ts'
import type { DirectCode } from './errors.ts'

/** How libp2p names what went wrong when it dials a peer and negotiates a protocol (libp2p 3.3, by `error.name`). */
const CODES: Record<string, DirectCode> = {
  UnsupportedProtocolError: 'no-such-protocol',
  NoValidAddressesError: 'not-found',
  NotFoundError: 'not-found',
  NoPeerRoutersError: 'not-found',
  DialDeniedError: 'refused',
  ConnectionInterceptedError: 'refused',
  ConnectionDeniedError: 'refused',
  TooManyOutboundProtocolStreamsError: 'refused',
  TooManyInboundProtocolStreamsError: 'refused',
  LimitedConnectionError: 'refused',
  InvalidPeerIdError: 'refused',
  TimeoutError: 'timeout',
  NotStartedError: 'stopped',
}

/** While a stream is being negotiated the connection stands, so a reset is the peer's own doing. */
const REFUSED_BY_PEER = new Set(['StreamResetError', 'StreamClosedError', 'StreamStateError', 'UnexpectedEOFError'])

/** Says in one of our codes why no stream could be opened to a peer. */
export function openError(error: unknown, what: string, wasConnected: boolean): DirectError {
  if (error instanceof DirectError) return error
  const { name, message } = error as Error
  const code = openCode(error, wasConnected)
  return new DirectError(
    code,
    `${what}: ${EXPLAIN[code] ?? 'no stream could be opened'} (${name}: ${reasons(error) ?? message})`,
    { cause: error },
  )
}

const EXPLAIN: Partial<Record<DirectCode, string>> = {
  'no-such-protocol': 'the peer does not speak this protocol',
  'not-found': 'no address of the peer is known',
  unreachable: 'no address of the peer answered',
  refused: 'the stream was refused',
  timeout: 'no stream in time',
}

function openCode(error: unknown, wasConnected: boolean): DirectCode {
  const { name } = error as Error
  const code = CODES[name]
  if (code !== undefined) return code
  if (error instanceof AggregateError) {
    const codes = new Set(error.errors.map(inner => openCode(inner, wasConnected)))
    return codes.size === 1 ? [...codes][0]! : 'unreachable'
  }
  if (wasConnected && REFUSED_BY_PEER.has(name)) return 'refused'
  return 'unreachable'
}

/** The reasons of the single addresses, cut to what fits a line. */
function reasons(error: unknown): string | undefined {
  if (!(error instanceof AggregateError)) return undefined
  const messages = new Set(error.errors.map((inner: Error) => (inner.message === '' ? inner.name : inner.message)))
  return [...messages].join('; ').slice(0, 300)
}
