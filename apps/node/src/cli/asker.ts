import { Option } from 'commander'
import type { Command } from 'commander'

/** Also in config/options.ts, which loads zod. */
export const DEFAULT_DATA = '.stoa'

/** A command that talks to the running node. */
export function asker(program: Command, name: string, description: string, example: string): Command {
  return program
    .command(name)
    .description(description)
    .addOption(new Option('--data <dir>', 'data directory of the node').env('STOA_DATA').default(DEFAULT_DATA))
    .option('--json', 'print JSON, one object a line', false)
    .addHelpText('after', `\nExample${example.includes('\n') ? 's' : ''}:\n  ${example.replaceAll('\n', '\n  ')}`)
}

/** What every command that talks to a running node is told. */
export interface AskOptions {
  data: string
  json: boolean
}

/** For an option that may be repeated. */
export function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value]
}
