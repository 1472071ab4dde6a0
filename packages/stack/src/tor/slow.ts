/**
 * How long things may take through Tor. A connection to an onion service goes over six relays, and its first needs a
 * descriptor and three circuits: seconds, at times half a minute. One dial is bounded by @stoa/tor itself.
 */
export const SLOW = {
  limits: { dialTimeoutMs: 120_000, handshakeTimeoutMs: 30_000 },
  direct: { requestTimeoutMs: 90_000 },
  mailbox: { directTimeoutMs: 45_000 },
  discovery: {
    addressDialTimeoutMs: 75_000,
    identifyTimeoutMs: 45_000,
    strangerGraceMs: 15_000,
    exchangeTimeoutMs: 30_000,
    walkTimeoutMs: 180_000,
    /** As long as a dial takes: else both dial, and one of two connections was for nothing. */
    yieldMs: 15_000,
  },
  /** libp2p's own, which createStack has no options for. */
  identifyTimeoutMs: 40_000,
  /** A ping that fails ends its connection, which costs seconds to open again. */
  ping: { pingInterval: 30_000, pingTimeout: { minTimeout: 40_000, maxTimeout: 120_000 } },
} as const
