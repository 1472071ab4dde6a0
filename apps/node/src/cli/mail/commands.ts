import { Option } from 'commander'
import { asker } from '../asker.ts'
import { onOutputClosed } from '../output.ts'
import { coded } from './coded.ts'
import { sendOptions } from './send-options.ts'
import type { Command } from 'commander'
import type { AskOptions } from '../asker.ts'
import type { InboxOptions } from './inbox.ts'
import type { OutboxOptions } from './outbox.ts'
import type { ReadOptions } from './read.ts'
import type { SendOptions } from './send.ts'

/** Said here again, since the schemas of the API are too dear to load for them; a test compares them. */
export const STATES = ['queued', 'stored', 'delivered', 'expired', 'failed']

/** Adds `stoa mail …`. Each command loads what it needs when it runs. */
export function addMail(program: Command): void {
  const mail = program
    .command('mail')
    .description('Send sealed letters to people who may be offline, and read those that came.')
    .addHelpText(
      'after',
      '\nExamples:\n  echo "see you at nine" | stoa mail send 12D3KooW…\n  stoa mail inbox --watch\n  stoa mail read 3f9a60c7',
    )
  addSending(mail)
  addReading(mail)
}

function addSending(mail: Command): void {
  const send = asker(
    mail,
    'send',
    'Send a letter that only its receiver can open, and print its id and how far it came. Without its receiver it waits on other nodes.',
    'echo "see you at nine" | stoa mail send 12D3KooW…\nstoa mail send 12D3KooW… contract.pdf --type application/pdf --ttl 3d',
  )
    .argument('<peer>', 'peer id of the receiver, who has been on the network within 15 days')
    .argument('[file]', 'the letter, any bytes; - or nothing: standard input', '-')
  sendOptions(send).action(
    coded(async (peer: string, file: string, options: SendOptions) =>
      (await import('./send.ts')).send(peer, file, options),
    ),
  )
  asker(mail, 'status', 'Show what became of a letter that was sent from here.', 'stoa mail status 3f9a60c7')
    .argument('<id>', 'id of the letter, as send and outbox print it; its first 8 digits may do')
    .action(coded(async (id: string, options: AskOptions) => (await import('./outbox.ts')).status(id, options)))
  asker(
    mail,
    'outbox',
    'List letters that were sent from here.',
    'stoa mail outbox --state stored\nstoa mail outbox --watch --json',
  )
    .option('--watch', 'and print what becomes of them, until Ctrl-C')
    .addOption(new Option('--state <state>', 'only those').choices(STATES))
    .action(
      coded(async (options: OutboxOptions) => {
        onOutputClosed(() => process.exit(0))
        await (await import('./outbox.ts')).outbox(options)
      }),
    )
}

function addReading(mail: Command): void {
  asker(
    mail,
    'inbox',
    'List letters that are not acknowledged, the oldest first.',
    'stoa mail inbox --json\nstoa mail inbox --watch',
  )
    .option('--watch', 'and print those that come, until Ctrl-C')
    .action(
      coded(async (options: InboxOptions) => {
        onOutputClosed(() => process.exit(0))
        await (await import('./inbox.ts')).inbox(options)
      }),
    )
  asker(
    mail,
    'read',
    'Print a letter byte for byte, then acknowledge it: its sender hears of it, and it is gone from the inbox.',
    'stoa mail read 3f9a60c7\nstoa mail read 3f9a60c7 --keep --json\nstoa mail read 3f9a60c7 --out contract.pdf',
  )
    .argument('<id>', 'id of the letter, as inbox prints it; its first 8 digits may do')
    .option('--keep', 'do not acknowledge it')
    .option('--out <file>', 'write it to a file')
    .action(coded(async (id: string, options: ReadOptions) => (await import('./read.ts')).read(id, options)))
  asker(
    mail,
    'key',
    'Show the mail keys of this node: when they rotate, and when they are erased.',
    'stoa mail key',
  ).action(coded(async (options: AskOptions) => (await import('./key.ts')).key(options)))
}
