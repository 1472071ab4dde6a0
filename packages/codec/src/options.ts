export interface BoundedStreamInit {
  /**
   * Above this many unread bytes the peer is told to stop, in bytes. It may still send what its window allows (yamux: 256 KiB at first,
   * `maxStreamWindowSize` at most), so a stream that nobody reads holds at most this and one window. Default 256 KiB.
   */
  pauseAtBytes?: number
  /**
   * A peer that sends more than this without being read is cut off, in bytes. Default 4 MiB. Yamux's window is kept at what is left above
   * `pauseAtBytes`, so that no peer that keeps to its window is cut off; it starts at 256 KiB, so less than that on top is for protocols
   * whose messages are small.
   */
  maxUnreadBytes?: number
  /** Above this many unsent bytes `write` waits, in bytes. Default 1 MiB. */
  maxUnsentBytes?: number
  /** How long `close` waits for what is unsent to leave and for the peer to end its side before it aborts, in ms. Default 5 s. */
  closeTimeoutMs?: number
}

export const BOUNDED_STREAM_DEFAULTS = {
  pauseAtBytes: 262_144,
  maxUnreadBytes: 4_194_304,
  maxUnsentBytes: 1_048_576,
  closeTimeoutMs: 5_000,
} as const satisfies Required<BoundedStreamInit>

/** An option that is undefined is one that was not given: compared with a number it would switch its bound off. */
export function resolveOptions(init: BoundedStreamInit): Required<BoundedStreamInit> {
  const options = { ...BOUNDED_STREAM_DEFAULTS } as Required<BoundedStreamInit>
  for (const name of Object.keys(options) as Array<keyof BoundedStreamInit>) {
    const value = init[name] ?? options[name]
    if (!(value > 0)) throw new RangeError(`${name} is ${value}, it takes a number above 0`)
    options[name] = value
  }
  options.pauseAtBytes = Math.min(options.pauseAtBytes, options.maxUnreadBytes)
  return options
}
