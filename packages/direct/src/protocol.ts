import type { Codec } from '@stoa/codec'
import type { PeerId } from '@libp2p/interface'

/** spec/direct.md §2: a request or an answer is at most this long unless the protocol says otherwise, in bytes. */
export const DEFAULT_MAX_MESSAGE_BYTES = 1_048_576
/** spec/direct.md §2: no protocol may allow more, in bytes. Larger things go in a streamed answer. */
export const LARGEST_MAX_MESSAGE_BYTES = 16_777_216
/** Longest protocol id, in bytes: multistream-select refuses longer lines. */
export const MAX_PROTOCOL_ID_BYTES = 140

export interface ProtocolInit<Request, Response> {
  /** The libp2p protocol id, e.g. `/my-app/quote/1.0.0`. Both sides negotiate it, so a peer without it is known at once. */
  id: string
  request: Codec<Request>
  response: Codec<Response>
  /** Longest request, in bytes. Default 1 MiB, at most 16 MiB. */
  maxRequestBytes?: number
  /** Longest answer, and longest item of a streamed answer, in bytes. Default 1 MiB, at most 16 MiB. */
  maxResponseBytes?: number
}

export type Protocol<Request, Response> = Readonly<Required<ProtocolInit<Request, Response>>>

/** What two peers ask of each other: made once, used by both sides. @throws {TypeError} when the id or a limit cannot be. */
export function defineProtocol<Request, Response>(init: ProtocolInit<Request, Response>): Protocol<Request, Response> {
  if (!/^\/[\x21-\x7e]+$/.test(init.id) || init.id.length > MAX_PROTOCOL_ID_BYTES) {
    throw new TypeError(
      `protocol id ${JSON.stringify(init.id)} must start with "/" and hold at most ${MAX_PROTOCOL_ID_BYTES} printable ASCII characters without spaces`,
    )
  }
  const protocol = { maxRequestBytes: DEFAULT_MAX_MESSAGE_BYTES, maxResponseBytes: DEFAULT_MAX_MESSAGE_BYTES, ...init }
  for (const limit of ['maxRequestBytes', 'maxResponseBytes'] as const) {
    const value = protocol[limit]
    if (!Number.isInteger(value) || value < 1 || value > LARGEST_MAX_MESSAGE_BYTES) {
      throw new TypeError(
        `${limit} of ${init.id} is ${value}, it takes an integer from 1 to ${LARGEST_MAX_MESSAGE_BYTES}`,
      )
    }
  }
  return Object.freeze(protocol)
}

/** What a handler knows of a request beside its value. */
export interface RequestContext {
  /** Who asks: proven by the connection. */
  readonly peer: PeerId
  /** Aborts when the caller gives up, when the connection is lost, and after `handlerTimeoutMs`. */
  readonly signal: AbortSignal
}

/** One answer, or a stream of them. Throw `RefuseRequest` to say no with a reason; what else is thrown reaches the caller as `failed`. */
export type Handler<Request, Response> = (
  value: Request,
  context: RequestContext,
) => Response | Promise<Response> | AsyncIterable<Response>
