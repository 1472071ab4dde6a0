export interface DirectInit {
  /** How long a request may take, connection included, in ms. */
  requestTimeoutMs?: number
  /** How long a handler may take before its signal aborts and the caller gets `timeout`, in ms. Streamed answers: until the first item, and between items. */
  handlerTimeoutMs?: number
  /** How long a caller may leave a streamed answer unread before its handler is stopped and it gets `timeout`, in ms. */
  unreadTimeoutMs?: number
  /** How long a peer may leave a frame unfinished, or what we sent unread, before its stream is cut, in ms. Noticed within half of that again. */
  stallTimeoutMs?: number
  /** A stream that we opened and that has carried nothing for this long is closed, in ms. */
  idleStreamMs?: number
  /** Requests to one peer and protocol that may await their answer at once; more wait their turn. */
  maxInFlight?: number
  /** Requests to one peer and protocol that may wait their turn; more are `refused`. */
  maxWaiting?: number
  /** Handlers of one protocol that may run at once for one peer, over all its streams; more are `refused`. */
  maxHandlersPerPeer?: number
  /** Handlers of one protocol that may run at once for all peers; more are `refused`. */
  maxHandlers?: number
  /** Bytes of requests being handled and of answers not yet sent, for one stream; more are `refused`. One request and one answer always fit. */
  maxBytesPerStream?: number
  /** Streams of one protocol that one connection may open to us. One carries everything, so more are only of use to other implementations. */
  maxInboundStreams?: number
  /** How far a streamed answer may run ahead of its reader, in bytes. */
  streamWindowBytes?: number
}

export const DEFAULTS = {
  requestTimeoutMs: 30_000,
  handlerTimeoutMs: 60_000,
  unreadTimeoutMs: 300_000,
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

/** A time in ms that `setTimeout` takes; longer ones, up to Infinity, become this: 24 days. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

/** @throws {TypeError} when a request is given a timeout that is none. */
export function checkTimeout(timeoutMs: number): number {
  if (!(timeoutMs > 0)) throw new TypeError(`timeoutMs is ${String(timeoutMs)}, it takes a number above 0`)
  return Math.min(timeoutMs, LONGEST_TIMEOUT_MS)
}

/** @throws {TypeError} naming the option, what it got and what it takes. */
export function resolveOptions(init: DirectInit): DirectOptions {
  for (const [name, value] of Object.entries(init)) {
    if (!(name in DEFAULTS))
      throw new TypeError(
        `direct() has no option ${JSON.stringify(name)}; it takes ${Object.keys(DEFAULTS).join(', ')}`,
      )
    if (value !== undefined && (!Number.isInteger(value) || value < 1 || value > LONGEST_TIMEOUT_MS)) {
      throw new TypeError(
        `option ${name} of direct() is ${String(value)}, it takes an integer from 1 to ${LONGEST_TIMEOUT_MS}`,
      )
    }
  }
  const given = Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined))
  return { ...DEFAULTS, ...given }
}
