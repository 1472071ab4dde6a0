/** One direction of a link between two nodes. Both directions of a link have the same settings. */
export interface LinkSettings {
  /** One way: a round trip takes at least twice as long. */
  latencyMs: number
  /** Up to this much more, evenly spread. Bytes never overtake each other, so jitter shows as bursts, as it does over TCP. */
  jitterMs: number
  /**
   * Probability, 0 (included) to 1 (excluded), that a segment has to be sent again. Over a stream transport no byte is
   * ever lost: the segment, and everything behind it, arrives `retransmitMs` later, doubled for each further loss.
   */
  loss: number
  /** What one lost segment costs. @default Linux's smallest retransmission timeout, 200 ms, plus a round trip */
  retransmitMs?: number
  /** @default Infinity */
  bytesPerSecond: number
  /**
   * Bytes on the wire in one direction of one connection; a sender that is ahead by more has to wait. As with a TCP window
   * the throughput is at most this much per latency.
   */
  maxInFlightBytes: number
}

export const PERFECT_LINK: LinkSettings = {
  latencyMs: 0,
  jitterMs: 0,
  loss: 0,
  bytesPerSecond: Infinity,
  maxInFlightBytes: 1 << 20,
}

/** What a partition does to connections that cross it: hold their bytes back until it heals, or abort both ends at once. */
export type PartitionMode = 'stall' | 'cut'

export function checkLink(settings: LinkSettings): LinkSettings {
  const { latencyMs, jitterMs, loss, retransmitMs = 0, bytesPerSecond, maxInFlightBytes } = settings
  const wrong = (name: string, value: number, takes: string) =>
    new RangeError(`link setting ${name} is ${value}, it takes ${takes}`)
  if (!(latencyMs >= 0 && latencyMs < Infinity)) throw wrong('latencyMs', latencyMs, '0 or more milliseconds')
  if (!(jitterMs >= 0 && jitterMs < Infinity)) throw wrong('jitterMs', jitterMs, '0 or more milliseconds')
  if (!(retransmitMs >= 0 && retransmitMs < Infinity))
    throw wrong('retransmitMs', retransmitMs, '0 or more milliseconds')
  if (!(loss >= 0 && loss < 1)) throw wrong('loss', loss, '0 up to but not 1 (to stop all traffic use a partition)')
  if (!(bytesPerSecond > 0)) throw wrong('bytesPerSecond', bytesPerSecond, 'more than 0, or Infinity')
  if (!(maxInFlightBytes >= 1)) throw wrong('maxInFlightBytes', maxInFlightBytes, '1 or more bytes')
  return settings
}
