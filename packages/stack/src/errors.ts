/**
 * `bad-option`: an option that createStack does not take. `data-in-use`: another process has the data directory open.
 * `data-unreadable`: something in it cannot be read or written. `listen-failed`: no listen address could be opened.
 * `clearnet-address`: an address that is no onion service's, of a node in Tor. `wrong-world`: a data directory whose identity lives in Tor was
 * to be used without, or the other way round.
 */
export type StackCode =
  | 'bad-option'
  | 'data-in-use'
  | 'data-unreadable'
  | 'listen-failed'
  | 'clearnet-address'
  | 'wrong-world'

export class StackError extends Error {
  override name = 'StackError'
  readonly code: StackCode

  constructor(code: StackCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** True when the same call can succeed later: another process may let go of the directory or the port. */
  get retryable(): boolean {
    return this.code === 'data-in-use' || this.code === 'listen-failed'
  }
}
