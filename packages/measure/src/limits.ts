// The numbers of spec/measure.md §2 to §5: all nodes of a network have to agree on these.

/** The topic that every node takes part in. */
export const DEFAULT_TOPIC = 'all'

export const RUN_BYTES = 16
/** Shortest and longest probe, in bytes, without the envelope of its signature. */
export const MIN_PROBE_BYTES = 64
export const MAX_PROBE_BYTES = 60_000
/** Probes of a run. */
export const MAX_PROBES = 10_000
/** Longest time between two probes, in ms. */
export const MAX_INTERVAL_MS = 10_000
/** Longest run, from the first probe to the last, in ms. */
export const MAX_RUN_MS = 600_000
/** Longest time that receivers may be told to spread their answers over, in ms. */
export const MAX_ANSWER_MS = 60_000
/** A share of all: every receiver answers. */
export const FULL_SHARE = 0xffff_ffff
/** A receiver takes a run for over when nothing of it came for this long, in ms, and twice the interval. */
export const QUIET_MS = 2_000
/** A receiver tries so often to bring its answer, each time at a random moment of `answer_ms`. */
export const ANSWER_ATTEMPTS = 3

/** An answer to the longest run, with its other fields. */
export const MAX_ANSWER_BYTES = 4 * MAX_PROBES + 128
/** More copies of a probe than any node has neighbours, on average over a run: a receiver that says so is not believed. */
export const MAX_COPIES = 1_000
/** The longest message of broadcast.md §4, in bytes. */
export const MAX_MESSAGE_BYTES = 65_536
/** `after_us` of a probe that did not arrive. */
export const NOT_ARRIVED = 0xffff_ffff

/** Most bytes that a throughput test sends each way. */
export const MAX_LOAD_BYTES = 67_108_864
/** Most bytes of one request or answer of a throughput test. */
export const LOAD_CHUNK_BYTES = 65_536
