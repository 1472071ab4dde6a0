import { BroadcastError } from '@stoa/broadcast'
import { DirectError } from '@stoa/direct'
import { CodecError } from '@stoa/codec'
import { MailboxError } from '@stoa/mailbox'
import { MeasureError } from '@stoa/measure'
import { OffersError } from '@stoa/offers'
import { TooManyTopics } from '../messages/topics.ts'

/** What can go wrong with a request to the node, beside the codes of direct() and broadcast(), which it passes on. */
export type NodeCode =
  | 'bad-request'
  | 'not-found'
  | 'ambiguous'
  | 'unreachable'
  | 'refused'
  | 'timeout'
  | 'no-such-protocol'
  | 'not-measuring'
  | 'aborted'
  | 'clearnet-address'
  | 'tor-down'

export class NodeError extends Error {
  override name = 'NodeError'
  readonly code: NodeCode

  constructor(code: NodeCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get retryable(): boolean {
    return !['bad-request', 'ambiguous', 'no-such-protocol', 'not-measuring', 'clearnet-address'].includes(this.code)
  }
}

/** An error that may be shown to whoever asked: its message was written for them. */
export interface PublicError {
  code: string
  message: string
  retryable: boolean
}

/** Undefined for an error that is nobody's business but the log's. */
export function publicError(error: unknown): PublicError | undefined {
  if (error instanceof TooManyTopics) return { code: 'too-many-topics', message: error.message, retryable: true }
  if (
    error instanceof NodeError ||
    error instanceof DirectError ||
    error instanceof BroadcastError ||
    error instanceof OffersError ||
    error instanceof MailboxError ||
    error instanceof MeasureError ||
    error instanceof CodecError
  ) {
    const { code, message, retryable } = error
    return { code, message, retryable }
  }
  return undefined
}

/** libp2p 3.3's errors of dialling and negotiating, by `error.name`. */
const DIAL_CODES: Record<string, NodeCode> = {
  UnsupportedProtocolError: 'no-such-protocol',
  NoValidAddressesError: 'not-found',
  NotFoundError: 'not-found',
  NoPeerRoutersError: 'not-found',
  DialDeniedError: 'refused',
  ConnectionInterceptedError: 'refused',
  ConnectionDeniedError: 'refused',
  InvalidPeerIdError: 'refused',
  UnexpectedPeerError: 'unreachable',
  TimeoutError: 'timeout',
}

/** Of the stack and of Tor, by `error.code`. Their class is not imported: a node in the open does not load Tor's module. */
const CODES: Record<string, NodeCode> = {
  'clearnet-address': 'clearnet-address',
  'tor-down': 'tor-down',
  stopped: 'tor-down',
}

/** Why a peer could not be reached, in one line. */
export function dialError(error: unknown, what: string, signal: AbortSignal): NodeError {
  const { name, message } = error as Error
  if (signal.aborted && (signal.reason as Error)?.name === 'TimeoutError') {
    return new NodeError('timeout', `${what}: no answer in time`, { cause: error })
  }
  if (signal.aborted) return new NodeError('aborted', `${what}: given up`, { cause: error })
  const code = CODES[(error as { code?: string }).code ?? '']
  if (code !== undefined) return new NodeError(code, message, { cause: error })
  const inner = error instanceof AggregateError ? (error.errors as Error[]) : []
  const why = [...new Set(inner.map(one => one.message || one.name))].join('; ') || message
  return new NodeError(DIAL_CODES[name] ?? 'unreachable', `${what}: ${why.slice(0, 300)}`, { cause: error })
}
