/**
 * - `bad-option`: an option has a value that it does not take.
 * - `no-tor`: the program is not there, or cannot be run.
 * - `wrong-version`: it is not Tor, or a Tor too old for what we ask of it.
 * - `tor-failed`: Tor was started and ended at once; the message has what it said last.
 * - `auth-refused`: the control port does not take our cookie or password.
 * - `control-failed`: the control port is not there, does not answer, or does not speak its protocol.
 * - `bootstrap-failed`: Tor did not get into the network in time.
 * - `bad-key`: the file of the onion key is not one.
 * - `clearnet-address`: an address that is not an onion address was to be dialled. Nothing left for it.
 * - `tor-down`: Tor is not running, or not in the network at the moment.
 * - `socks-failed`: the SOCKS port refused, or does not speak SOCKS 5.
 * - `onion-unreachable`: no connection to that onion address; the message says how far it came.
 * - `busy`: as many dials are under way as the limit allows.
 * - `stopped`: this Tor was stopped.
 * - `aborted`: the caller's signal; its reason is the `cause`.
 */
export type TorCode =
  | 'bad-option'
  | 'no-tor'
  | 'wrong-version'
  | 'tor-failed'
  | 'auth-refused'
  | 'control-failed'
  | 'bootstrap-failed'
  | 'bad-key'
  | 'clearnet-address'
  | 'tor-down'
  | 'socks-failed'
  | 'onion-unreachable'
  | 'busy'
  | 'stopped'
  | 'aborted'

const RETRYABLE: ReadonlySet<TorCode> = new Set([
  'tor-failed',
  'control-failed',
  'bootstrap-failed',
  'tor-down',
  'socks-failed',
  'onion-unreachable',
  'busy',
])

export class TorError extends Error {
  override name = 'TorError'
  readonly code: TorCode

  constructor(code: TorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Whether the same call can succeed later without being changed. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code)
  }
}

export function aborted(signal: AbortSignal): TorError {
  return new TorError('aborted', 'aborted by the caller’s signal', { cause: signal.reason })
}
