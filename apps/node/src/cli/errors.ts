import { jsonLine, printable } from './terminal.ts'

/** An error for whoever typed the command: its message is one line that says what to do. */
export class CliError extends Error {
  override name = 'CliError'
  readonly code: string
  readonly retryable: boolean

  constructor(code: string, message: string, init: { retryable?: boolean } & ErrorOptions = {}) {
    super(message, init)
    this.code = code
    this.retryable = init.retryable ?? false
  }
}

/** One line on standard error; with `json` an object like the API's. */
export function errorLine(error: unknown, json: boolean): string {
  const { code = 'internal', message, retryable = false } = error as Partial<CliError> & Error
  if (json) return jsonLine({ error: { code, message, retryable } })
  return `stoa: ${printable(message)}`
}
