export interface DirectInit {
  /** How long a request may take, connection included, in ms. */
  requestTimeoutMs?: number
  /** How long a handler may take before its signal aborts and the caller gets `timeout`, in ms. Streamed answers: until the first item, and between items. */
  handlerTimeoutMs?: number
  /** How long a peer may leave a frame unfinished, or our answers unread, before its stream is cut, in ms. */
  stallTimeoutMs?: number
  /** A stream that we opened and that has carried nothing for this long is closed, in ms. */
  idleStreamMs?: number
  /** Requests to one peer and protocol that may await their answer at once; more wait their turn. */
  maxInFlight?: number
  /** Requests to one peer and protocol that may wait their turn; more are `refused`. */
  maxWaiting?: number
  /** Handlers of one protocol that may run at once for one peer; more are `refused`. */
  maxHandlersPerPeer?: number
  /** Handlers of one protocol that may run at once for all peers; more are `refused`. */
  maxHandlers?: number
  /** Bytes of requests being handled and of answers not yet sent, for one peer's stream; more are `refused`. */
  maxBytesPerStream?: number
  /** Streams of one protocol that one connection may open to us. One carries everything, so more are only of use to other implementations. */
  maxInboundStreams?: number
  /** How far a streamed answer may run ahead of its reader, in bytes. */
  streamWindowBytes?: number
}

export const DEFAULTS = {
  requestTimeoutMs: 30_000,
  handlerTimeoutMs: 60_000,
  stallTimeoutMs: 30_000,
  idleStreamMs: 60_000,
  maxInFlight: 256,
  maxWaiting: 4_096,
  maxHandlersPerPeer: 512,
  maxHandlers: 8_192,
  maxBytesPerStream: 8_388_608,
  maxInboundStreams: 4,
  streamWindowBytes: 262_144,
} as const satisfies Required<DirectInit>

export type DirectOptions = Readonly<Required<DirectInit>>

/** @throws {TypeError} naming the option, what it got and what it takes. */
export function resolveOptions(init: DirectInit): DirectOptions {
  for (const [name, value] of Object.entries(init)) {
    if (!(name in DEFAULTS))
      throw new TypeError(
        `direct() has no option ${JSON.stringify(name)}; it takes ${Object.keys(DEFAULTS).join(', ')}`,
      )
    if (value !== undefined && (!Number.isInteger(value) || value < 1 || value > 2 ** 31 - 1)) {
      throw new TypeError(
        `option ${name} of direct() is ${String(value)}, it takes an integer from 1 to ${2 ** 31 - 1}`,
      )
    }
  }
  const given = Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined))
  return { ...DEFAULTS, ...given }
}
