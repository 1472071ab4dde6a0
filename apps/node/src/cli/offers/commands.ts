import { asker } from '../asker.ts'
import { coded } from '../mail/coded.ts'
import { sendOptions } from '../mail/send-options.ts'
import { onOutputClosed } from '../output.ts'
import { durationOption } from '../parse-duration.ts'
import type { AskOptions } from '../asker.ts'
import type { SendOptions } from '../mail/send.ts'
import type { ImportOptions } from './import.ts'
import type { ListOptions } from './list.ts'
import type { CarryOptions, LoadOptions } from './carry.ts'
import type { PutOptions } from './put.ts'
import type { WatchOptions } from './watch.ts'
import type { Command } from 'commander'

/** Adds `stoa offers …`. Each command loads what it needs when it runs. */
export function addOffers(program: Command): void {
  const offers = program
    .command('offers')
    .description('Put up offers, which every node keeps until they expire, and see those of others.')
    .addHelpText('after', '\nExample:\n  echo \'{"price": 7}\' | stoa offers put --market btc-eur --ttl 12h')
  addOwn(offers)
  addReaders(offers)
  addReply(offers)
  addFiles(offers)
}

function addOwn(offers: Command): void {
  ttl(
    asker(
      offers,
      'put',
      'Put up an offer and print its key.',
      'stoa offers put --market btc-eur --name first --ttl 1d offer.json',
    ),
  )
    .argument('[file]', 'what is offered, any bytes; - or nothing: standard input', '-')
    .requiredOption('--market <name>', 'market it belongs to, e.g. btc-eur')
    .option('--name <name>', 'your name for it: the same name in the same market replaces it (default: a new one)')
    .option('--while-online', 'it is stale while this node is off')
    .option('--content-type <type>', 'media type of what is offered')
    .action(async (file: string, options: PutOptions) => (await import('./put.ts')).put(file, options))
  asker(offers, 'get', 'Show one offer.', 'stoa offers get KEY --raw > offer.json')
    .argument('<key>', 'key of the offer, as put and list print it')
    .option('--raw', 'what is offered alone, byte for byte')
    .action(async (key: string, options: AskOptions & { raw?: boolean }) =>
      (await import('./put.ts')).get(key, options),
    )
  asker(offers, 'remove', 'Take down an offer of this node, everywhere.', 'stoa offers remove KEY')
    .argument('<key>', 'key of the offer, as put and list print it')
    .action(async (key: string, options: AskOptions) => (await import('./put.ts')).remove(key, options))
}

function addReaders(offers: Command): void {
  asker(offers, 'list', 'List offers, the earliest first.', 'stoa offers list --market btc-eur --json')
    .option('--market <name>', 'of this market')
    .option('--owner <peer>', 'of this peer id')
    .option('--own', 'of this node')
    .option('--all', 'stale ones too')
    .action(async (options: ListOptions) => {
      onOutputClosed(() => process.exit(0))
      await (await import('./list.ts')).list(options)
    })
  asker(offers, 'markets', 'List markets, with how many offers they have.', 'stoa offers markets').action(
    async (options: AskOptions) => {
      onOutputClosed(() => process.exit(0))
      await (await import('./list.ts')).markets(options)
    },
  )
  asker(offers, 'watch', 'Print what happens to offers, until Ctrl-C.', 'stoa offers watch --market btc-eur')
    .option('--market <name>', 'in this market')
    .action(async (options: WatchOptions) => {
      onOutputClosed(() => process.exit(0))
      await (await import('./watch.ts')).watch(options)
    })
}

function addReply(offers: Command): void {
  const reply = asker(
    offers,
    'reply',
    'Send a sealed letter to the owner of an offer, who may be offline, and print its id and how far it came.',
    'echo "I take 0.1 of it" | stoa offers reply KEY',
  )
    .argument('<key>', 'key of the offer, as list prints it')
    .argument('[file]', 'the letter, any bytes; - or nothing: standard input', '-')
  sendOptions(reply).action(
    coded(async (key: string, file: string, options: SendOptions) =>
      (await import('../mail/send.ts')).reply(key, file, options),
    ),
  )
}

function addFiles(offers: Command): void {
  ttl(
    asker(
      offers,
      'import',
      'Put up an offer for each line of JSON in a file. Run again, it puts up what is missing.',
      'stoa offers import trades.jsonl.gz --market-field currency --ttl 2w\ncat offers.jsonl | stoa offers import - --market btc-eur',
    ),
  )
    .argument('<file>', 'one JSON object a line, plain or gzip; - for standard input')
    .option('--market-field <field>', 'field of each object that names its market')
    .option('--market <name>', 'one market for all of them')
    .option('--quiet', 'no progress')
    .action(async (file: string, options: ImportOptions) => (await import('./import.ts')).importLines(file, options))
  asker(
    offers,
    'export',
    'Write offers to a file that another node can load.',
    'stoa offers export --market btc-eur btc-eur.offers',
  )
    .argument('<file>', 'file to write; - for standard output')
    .option('--market <name>', 'only this market (default: all)')
    .option('--quiet', 'no progress')
    .action(async (file: string, options: CarryOptions) => (await import('./carry.ts')).exportTo(file, options))
  asker(offers, 'load', 'Take the offers of a file that export wrote.', 'stoa offers load btc-eur.offers')
    .argument('<file>', 'file to read; - for standard input')
    .option('--quiet', 'no progress')
    .action(async (file: string, options: LoadOptions) => (await import('./carry.ts')).load(file, options))
}

function ttl(command: Command): Command {
  return command.option(
    '--ttl <duration>',
    'how long it is valid: 30s, 10m, 12h, 1d, 2w (default: 1d)',
    durationOption(),
  )
}
