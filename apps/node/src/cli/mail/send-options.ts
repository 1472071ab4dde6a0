import { durationOption } from '../parse-duration.ts'
import type { Command } from 'commander'

/** What `mail send` and `offers reply` take. */
export function sendOptions(command: Command): Command {
  return command
    .option('--type <mime>', 'media type of the letter, such as text/plain')
    .option(
      '--ttl <duration>',
      'how long it can wait for its receiver: 10m, 12h, 1d, 2w, at most 15d (default: 15d)',
      durationOption(),
    )
    .option(
      '--wait <duration>',
      'how long to wait until others keep it; then it is on its way all the same (default: 30s)',
      durationOption(0),
    )
}
