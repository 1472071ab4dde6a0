import { Command, InvalidArgumentError } from 'commander'
import { readFileSync } from 'node:fs'
import { DEFAULT_DATA, asker, collect } from './asker.ts'
import { errorLine } from './errors.ts'
import { addMail } from './mail/commands.ts'
import { addMeasure } from './measure/commands.ts'
import { addOffers } from './offers/commands.ts'
import { onOutputClosed } from './output.ts'
import type { AskOptions } from './asker.ts'
import type { Flags } from '../config/resolve.ts'

const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** Parses the command line and runs the command. Commands load what they need when they run: `stoa id` never loads libp2p. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv)
  } catch (error) {
    process.stderr.write(`${errorLine(error, argv.includes('--json'))}\n`)
    process.exit(1)
  }
}

export function createProgram(): Command {
  const program = new Command('stoa')
    .description('A peer-to-peer node: start one, or talk to the one that runs.')
    .version(VERSION, '-V, --version')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'stoa: ')) })
  addStart(program)
  addAskers(program)
  addSenders(program)
  addListen(program)
  addOffers(program)
  addMail(program)
  addMeasure(program)
  return program
}

/** Options of the form --no-…: what they turn off. */
const OFF = new Set(['mdns', 'nat', 'measure'])

function addStart(program: Command): void {
  program
    .command('start')
    .description('Run a node until Ctrl-C.')
    .option('--data <dir>', `directory for identity, peers and API files (default: ${DEFAULT_DATA}, or STOA_DATA)`)
    .option('--network <name>', 'nodes of different networks do not meet (default: main)')
    .option(
      '--listen <multiaddr>',
      'address to listen on, may be repeated (default: TCP and WebSocket on all interfaces)',
      collect,
    )
    .option('--announce <multiaddr>', 'address to tell others in place of those listened on, may be repeated', collect)
    .option('--bootstrap <multiaddr>', 'a peer to begin with, may be repeated', collect)
    .option('--topic <name>', 'topic to stay on, may be repeated', collect)
    .option('--target-peers <n>', 'peers to stay connected to (default: 12)')
    .option('--no-mdns', 'do not look for peers on the local network')
    .option('--no-nat', 'do not ask the router for a port or test from where the node is reachable')
    .option('--tor', 'be an onion service, and reach others through Tor alone; starts the program tor')
    .option('--tor-program <path>', 'the program to start (default: tor, in PATH)')
    .option('--tor-socks <endpoint>', 'SOCKS port of a Tor that runs already: HOST:PORT or unix:PATH')
    .option('--tor-control <endpoint>', 'control port of that Tor; without it others cannot reach this node')
    .option('--tor-password-file <file>', 'password of that control port, when it takes no cookie')
    .option('--tor-bridge', 'live in both worlds: everybody sees that onion address and IP address are one node')
    .option('--no-measure', 'do not measure the network, nor take part when others do')
    .option('--api <host:port>', 'where the API listens on this machine, or off (default: 127.0.0.1 and a free port)')
    .option('--metrics-without-token', 'serve /metrics to whoever asks on this machine')
    .option('--config <file>', 'JSON file with the same options; the command line wins over it')
    .option('--json', 'one line of JSON when ready, then one for each event', false)
    .addHelpText(
      'after',
      `
Examples:
  stoa start
  stoa start --data ./second --listen /ip4/127.0.0.1/tcp/4001 --listen /ip4/127.0.0.1/tcp/4002/ws
  stoa start --data ./in-tor --tor
  stoa start --no-mdns --bootstrap /dns4/seed.example.org/tcp/4001/p2p/12D3KooW… --json
  DEBUG='stoa:*,libp2p:*:error' stoa start`,
    )
    .action(async (options: Record<string, unknown>) => {
      const { config, json, topic, ...rest } = options
      // commander makes `true` of a --no-… option that was not given: then the file has its say
      const given = Object.entries(rest).filter(([name, value]) => !(OFF.has(name) && value === true))
      const flags = { ...Object.fromEntries(given), topics: topic } as Flags
      const { start } = await import('./start.ts')
      await start({ flags, configFile: config as string | undefined, json: json === true, version: VERSION })
    })
}

function addAskers(program: Command): void {
  asker(
    program,
    'id',
    'Print the peer id of the running node (with --json, its addresses too).',
    'stoa id --json',
  ).action(async (options: AskOptions) => (await import('./ask.ts')).id(options))
  asker(program, 'status', 'Show what the running node is doing.', 'stoa status --data ./second').action(
    async (options: AskOptions) => (await import('./status.ts')).status(options),
  )
  asker(program, 'peers', 'List connected peers.', 'stoa peers --all --json')
    .option('--all', 'known peers too')
    .action(async (options: AskOptions & { all?: boolean }) => (await import('./ask.ts')).peers(options))
  asker(program, 'connect', 'Connect to a peer.', 'stoa connect /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…')
    .argument('<multiaddr>', 'address of the peer, or its id if the node knows where it is')
    .action(async (address: string, options: AskOptions) => (await import('./ask.ts')).connect(address, options))
  asker(program, 'ping', 'Measure a round trip to a peer.', 'stoa ping 12D3KooW…')
    .argument('<peer>', 'peer id or multiaddr')
    .action(async (peer: string, options: AskOptions) => (await import('./ask.ts')).ping(peer, options))
}

function addSenders(program: Command): void {
  const send = asker(program, 'send', 'Send a text to one peer, which confirms it.', 'date | stoa send 12D3KooW… -')
    .argument('<peer>', 'peer id or multiaddr')
    .argument('<text>', 'the text, or - to read it from standard input')
    .action(async (peer: string, text: string, options: AskOptions) =>
      (await import('./ask.ts')).send(peer, text, options),
    )
  const broadcast = asker(program, 'broadcast', 'Publish a text on a topic.', 'stoa broadcast lobby "hello, all"')
    .argument('<topic>', 'name of the topic')
    .argument('<text>', 'the text, or - to read it from standard input')
    .action(async (topic: string, text: string, options: AskOptions) =>
      (await import('./ask.ts')).broadcast(topic, text, options),
    )
  send.option('--timeout-ms <ms>', 'give up after so many ms (default: 30000)', milliseconds)
  for (const command of [send, broadcast]) command.option('--content-type <type>', 'media type (default: text/plain)')
}

function addListen(program: Command): void {
  asker(
    program,
    'listen',
    'Print what happens, until Ctrl-C. Without options: everything.',
    'stoa listen --topic lobby --direct',
  )
    .option('--topic <name>', 'messages of this topic, which the node joins meanwhile; may be repeated', collect, [])
    .option('--direct', 'messages to this node')
    .option('--peers', 'connections')
    .action(async (options: AskOptions & { topic: string[]; direct?: boolean }) => {
      onOutputClosed(() => process.exit(0))
      await (await import('./listen.ts')).listen(options)
    })
}

function milliseconds(value: string): number {
  const ms = Number(value)
  if (!Number.isInteger(ms) || ms < 1 || ms > 300_000) throw new InvalidArgumentError('It takes 1 to 300000.')
  return ms
}
