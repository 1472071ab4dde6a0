import { CliError } from '../errors.ts'
import type { AskOptions } from '../asker.ts'

/**
 * An action of commander whose errors name their code behind the message: what goes wrong with mail is looked up by it. With `--json` the code has
 * a place of its own.
 */
export function coded<Args extends [...arguments: string[], options: AskOptions]>(
  action: (...args: Args) => Promise<void>,
): (...args: [...Args, command: unknown]) => Promise<void> {
  return async (...given) => {
    const args = given.slice(0, -1) as Args
    try {
      await action(...args)
    } catch (error) {
      const { json } = args.at(-1) as AskOptions
      if (json || !(error instanceof CliError)) throw error
      const { code, message, retryable } = error
      throw new CliError(code, `${message} (${code})`, { retryable, cause: error })
    }
  }
}
