/**
 * - `bad-setting`: a setting has a value it does not take; the message has its name, the value and the limit.
 * - `aborted`: the caller's signal aborted; the reason is the `cause`.
 * - `running`: this process simulates a network already.
 * - `died`: the process that a simulation ran in ended without a result; the message has what it said last.
 */
export type SimulatorCode = 'bad-setting' | 'aborted' | 'running' | 'died'

export class SimulatorError extends Error {
  override name = 'SimulatorError'
  readonly code: SimulatorCode

  constructor(code: SimulatorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Whether the same call can succeed later without being changed. */
  get retryable(): boolean {
    return this.code === 'running'
  }
}
