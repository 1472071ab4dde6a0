// A node with mail, for others to be ended at any moment. Takes orders as lines of JSON on its standard input, and says what happens on its output:
// synchronously, so that what was said before a kill is read after it.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { multiaddr } from '@multiformats/multiaddr'
import { createStack } from '@stoa/stack'

export interface NodeInit {
  readonly dataDir: string
  /** Whom to connect to at the start. */
  readonly dial: readonly string[]
  /** The step at which it ends itself, for example `before:published`. */
  readonly killAt?: string
  /** Letters whose steps do not count: those of before. */
  readonly except?: readonly string[]
  /** Whether letters are acknowledged as they come. */
  readonly acknowledges: boolean
}

export type Order =
  | { readonly killAt: string; readonly except: readonly string[] }
  | { readonly dial: string }
  /** Again until it is on its way. */
  | { readonly send: { readonly to: string; readonly body: string } }

export type Said =
  | { readonly ready: { readonly peer: string; readonly address: string } }
  | { readonly sent: { readonly id: string; readonly body: string } }
  | { readonly letter: { readonly id: string; readonly body: string } }
  | { readonly acknowledged: string }
  | {
      readonly delivery: {
        readonly id: string
        readonly state: string
        readonly stored: number
        readonly error?: string
      }
    }
  | { readonly armed: string }
  | { readonly failed: string }

const RETRY_MS = 100
const init = JSON.parse(process.argv[2]!) as NodeInit
let { killAt } = init
let except = new Set(init.except)

function say(said: Said): void {
  writeSync(1, `${JSON.stringify(said)}\n`)
}

async function onStep(step: string, letter: string): Promise<void> {
  if (step !== killAt || except.has(letter)) return
  process.kill(process.pid, 'SIGKILL')
  // the signal is on its way; nothing more happens here
  await new Promise(() => {})
}

const stack = await createStack({
  dataDir: init.dataDir,
  network: 'kills',
  listen: ['/ip4/127.0.0.1/tcp/0'],
  mdns: false,
  nat: false,
  discovery: false,
  offers: false,
  mailbox: { suite: 'x25519', retryMs: RETRY_MS, maxRetryMs: 4 * RETRY_MS, minReplicas: 1, onStep },
})
const { mailbox } = stack

mailbox.addEventListener('delivery', ({ detail: { id, state, stored, error } }) =>
  say({ delivery: { id, state, stored, error: error?.message } }),
)

async function read(): Promise<void> {
  for await (const letter of mailbox.inbox) {
    say({ letter: { id: letter.id, body: new TextDecoder().decode(letter.body) } })
    if (!init.acknowledges) continue
    await letter.ack()
    say({ acknowledged: letter.id })
  }
}

async function dial(address: string): Promise<void> {
  await stack.libp2p.dial(multiaddr(address))
}

async function send(to: string, body: string): Promise<void> {
  for (;;) {
    try {
      const { id } = await mailbox.send(to, new TextEncoder().encode(body))
      return say({ sent: { id, body } })
    } catch (error) {
      // the receiver's keys are on their way
      if ((error as { code?: string }).code !== 'no-key') throw error
      await new Promise(resolve => setTimeout(resolve, RETRY_MS))
    }
  }
}

async function obey(order: Order): Promise<void> {
  if ('killAt' in order) {
    killAt = order.killAt
    except = new Set(order.except)
    say({ armed: killAt })
  } else if ('dial' in order) {
    await dial(order.dial)
  } else await send(order.send.to, order.send.body)
}

say({ ready: { peer: stack.libp2p.peerId.toString(), address: String(stack.libp2p.getMultiaddrs()[0]) } })
for (const { id, state, stored } of (await mailbox.outbox.list({ limit: 1_000 })).items) {
  say({ delivery: { id, state, stored } })
}
void read()
for (const address of init.dial) await dial(address).catch((error: unknown) => say({ failed: String(error) }))
for await (const line of createInterface(process.stdin)) {
  obey(JSON.parse(line) as Order).catch((error: unknown) => say({ failed: String(error) }))
}
process.exit(0)
