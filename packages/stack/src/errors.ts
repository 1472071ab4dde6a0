/**
 * `bad-option`: an option that createStack does not take. `data-in-use`: another process has the data directory open.
 * `data-unreadable`: something in it cannot be read or written. `listen-failed`: no listen address could be opened.
 */
export type StackCode = 'bad-option' | 'data-in-use' | 'data-unreadable' | 'listen-failed'

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
