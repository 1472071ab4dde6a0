import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { multiaddr } from '@multiformats/multiaddr'
import { createStack } from '@stoa/stack'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import type { Delivery } from '@stoa/mailbox'
import type { ReplicaStatus } from '@stoa/replica'
import type { Stack } from '@stoa/stack'

const NETWORK = 'mailflood'
const FLOODER = join(import.meta.dirname, 'mail-flooder.ts')
/** Room for 512 letters of the default suite, half of it for those that pay the least. */
const BUDGET_BYTES = 1_048_576
const PER_SECOND = 500
const PAID = 1_500
const UNPAID = 200
/** Short, so that a stamp takes milliseconds: a price counts in bits, and bits fall with the lifetime. */
const TTL_MS = 600_000
const WAIT_MS = 60_000

class Flooder implements AsyncDisposable {
  readonly #process
  readonly #lines

  constructor(kind: 'paid' | 'unpaid', count: number, where: string[]) {
    const args = [FLOODER, kind, NETWORK, String(PER_SECOND), String(count), String(TTL_MS), ...where]
    this.#process = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]()
  }

  async next(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('the flooder ended')
    return JSON.parse(value) as Record<string, unknown>
  }

  start(): void {
    this.#process.stdin.write('go\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await gone
  }
}

const lettersOf = (stack: Stack): ReplicaStatus => stack.mailbox.stats().letters[0]!
const whereIs = (stack: Stack): string => String(stack.libp2p.getMultiaddrs()[0])
const text = new TextEncoder()

test(
  'mail from many keys is held back by stamps and the budget, and honest letters find a place and their receiver',
  { timeout: 240_000 },
  async () => {
    await using temporary = await mkdtempDisposable(join(tmpdir(), 'stoa-mail-flood-'))
    const open = (dataDir?: string): Promise<Stack> =>
      createStack({
        network: NETWORK,
        listen: ['/ip4/127.0.0.1/tcp/0'],
        mdns: false,
        nat: false,
        discovery: false,
        offers: false,
        dataDir,
        mailbox: { budgetBytes: BUDGET_BYTES, minReplicas: 1, retryMs: 1_000, maxRetryMs: 4_000 },
      })
    await using third = await open()
    await using sender = await open()
    const receiver = await open(temporary.path)
    for (const stack of [sender, receiver]) await stack.libp2p.dial(multiaddr(whereIs(third)))
    await until(() => sender.mailbox.stats().keys.entries === 3, { timeoutMs: WAIT_MS, what: 'all mail keys' })
    await receiver.stop()

    const early = await sender.mailbox.send(receiver.peerId, text.encode('early'), { ttlMs: TTL_MS })
    expect(early).toMatchObject({ state: 'stored', stored: 1 })

    // letters without a stamp cost nothing to make: they are turned away, and whoever sends them
    await using unpaid = new Flooder('unpaid', UNPAID, [third, sender].map(whereIs))
    expect(await unpaid.next()).toEqual({ ready: true })
    unpaid.start()
    await until(() => [third, sender].every(stack => stack.libp2p.getPeers().length === 1), {
      timeoutMs: WAIT_MS,
      what: () =>
        `the flooder cut off, peers ${[third, sender].map(stack => stack.libp2p.getPeers().length).join(' ')}`,
    })
    expect(lettersOf(third)).toMatchObject({ entries: 1 })
    expect(lettersOf(third).counters.verdicts['bad-stamp']).toBeGreaterThan(0)

    // letters that pay the least, of as many senders as there are letters, do not get all of the room
    await using paid = new Flooder('paid', PAID, [third, sender].map(whereIs))
    expect(await paid.next()).toEqual({ ready: true })
    paid.start()
    await until(() => [third, sender].every(stack => lettersOf(stack).counters.verdicts['no-room'] > 0), {
      timeoutMs: WAIT_MS,
      what: () => `no more room, charged ${[third, sender].map(stack => lettersOf(stack).chargedBytes).join(' ')}`,
    })
    const late = await sender.mailbox.send(receiver.peerId, text.encode('late'), { ttlMs: TTL_MS })
    expect(late.state).toBe('stored')
    await paid.next()
    for (const stack of [third, sender]) {
      const { chargedBytes, entries } = lettersOf(stack)
      expect(chargedBytes).toBeLessThanOrEqual(BUDGET_BYTES)
      // half, and what got a better stamp than it paid for: one in 16 has four bits more, by luck
      expect(chargedBytes).toBeLessThanOrEqual((BUDGET_BYTES * 3) / 4)
      expect(entries).toBeGreaterThan(100)
    }

    await using again = await open(temporary.path)
    const read: string[] = []
    again.mailbox.addEventListener('letter', ({ detail }) => {
      read.push(new TextDecoder().decode(detail.body))
      void detail.ack()
    })
    await again.libp2p.dial(multiaddr(whereIs(third)))
    const stateOf = async ({ id }: Delivery): Promise<string | undefined> => (await sender.mailbox.status(id))?.state
    await until(async () => (await Promise.all([early, late].map(stateOf))).every(state => state === 'delivered'), {
      timeoutMs: WAIT_MS,
      what: () => `receipts, read: ${read.join()}`,
    })
    expect(read.toSorted()).toEqual(['early', 'late'])
  },
)
