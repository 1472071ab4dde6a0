import { InvalidArgumentError } from 'commander'
import { asker } from '../asker.ts'
import { sizeOption } from '../parse-size.ts'
import type { PeerOptions } from './peer.ts'
import type { PropagationOptions } from './propagation.ts'
import type { Command } from 'commander'

/** Adds `stoa measure …`. Each command loads what it needs when it runs. */
export function addMeasure(program: Command): void {
  const measure = program
    .command('measure')
    .description('Measure the network as it runs: how long messages take, whom they reach, what they cost.')
    .addHelpText('after', '\nExamples:\n  stoa measure propagation --topic lobby\n  stoa measure peer 12D3KooW…')
  asker(
    measure,
    'propagation',
    'Send probes through the network and hear from the nodes that they reach.',
    'stoa measure propagation --topic lobby --count 200 --size 2KiB --interval 50 --peers\nstoa measure propagation --share 0.01 --json > report.json',
  )
    .option('--topic <name>', 'measure the nodes on this topic (default: all nodes)')
    .option('--count <n>', 'probes to send (default: 100)', numberOption)
    .option('--size <bytes>', 'length of a probe: 512, 2KiB (default: 1024)', sizeOption)
    .option('--interval <ms>', 'between two probes, in ms (default: 100)', numberOption)
    .option('--share <part>', 'part of the nodes that shall answer, above 0 up to 1 (default: 1)', numberOption)
    .option('--receivers <n>', 'do not wait for more answers than these', numberOption)
    .option('--peers', 'a row for each node that answered')
    .option('--quiet', 'no progress')
    .action(async (options: PropagationOptions) => (await import('./propagation.ts')).propagation(options))
  asker(
    measure,
    'peer',
    'Measure the round trip, the throughput and the clock of one peer.',
    'stoa measure peer 12D3KooW…',
  )
    .argument('<peer>', 'peer id or multiaddr')
    .option('--size <bytes>', 'to send and to fetch: 1MiB, 64MiB (default: 8MiB)', sizeOption)
    .action(async (peer: string, options: PeerOptions) => (await import('./peer.ts')).peer(peer, options))
}

/** What is too much or too little is for the node to say. */
function numberOption(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It takes a number.')
  return value
}
