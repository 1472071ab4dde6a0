import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from '@stoa/testkit'
import { createStackNetwork } from '@stoa/testkit/stack'
import { expect, test } from 'vitest'
import type { Stack } from '@stoa/stack'

const NETWORK = 'flood'
const FLOODER = join(import.meta.dirname, 'flooder.ts')
const BUDGET_BYTES = 524_288
const PER_SECOND = 5_000
const VALID = 6_000
const INVALID = 2_000
const WAIT_MS = 90_000

/** A process of its own: a flood must not share an event loop with those that it is to drown. */
class Flooder implements AsyncDisposable {
  readonly #process
  readonly #lines

  constructor(kind: 'valid' | 'invalid', count: number, where: string[]) {
    const args = [FLOODER, kind, NETWORK, String(PER_SECOND), String(count), ...where]
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

const entries = (stack: Stack): number => stack.offers.status().offers.entries
const charged = (stack: Stack): number => stack.offers.status().offers.chargedBytes

async function keys(stack: Stack): Promise<string> {
  const found: string[] = []
  for await (const { key, seq } of stack.offers.all()) found.push(`${key} ${seq}`)
  return found.toSorted().join()
}

test(
  'while one peer floods with invalid offers and another with valid ones of fresh keys, an honest offer that pays arrives and stays',
  { timeout: 300_000 },
  async () => {
    await using network = await createStackNetwork({
      size: 3,
      transport: 'tcp',
      topology: 'full',
      stack: () => ({ network: NETWORK, discovery: false, offers: { budgetBytes: BUDGET_BYTES } }),
    })
    const { stacks } = network
    const where = stacks.map(stack => String(stack.libp2p.getMultiaddrs()[0]))
    await using invalid = new Flooder('invalid', INVALID, where)
    await using valid = new Flooder('valid', VALID, where)
    expect(await invalid.next()).toEqual({ ready: true })
    expect(await valid.next()).toEqual({ ready: true })
    expect(stacks.map(stack => stack.offers.status().offers.priceBits)).toEqual([0, 0, 0])
    invalid.start()
    valid.start()

    await until(() => stacks.every(stack => stack.offers.status().offers.priceBits > 0), {
      timeoutMs: WAIT_MS,
      what: () => `a price everywhere, entries ${stacks.map(entries).join(' ')}`,
    })
    const honest = await stacks[0]!.offers.publish('btc-eur', new TextEncoder().encode('honest'))
    await until(
      async () => (await Promise.all(stacks.map(stack => stack.offers.get(honest.key)))).every(offer => offer),
      {
        timeoutMs: WAIT_MS,
        what: 'the honest offer on all nodes',
      },
    )

    await valid.next()
    // the other two, and the one whose offers are valid
    await until(() => stacks.every(stack => stack.libp2p.getPeers().length <= stacks.length), {
      timeoutMs: WAIT_MS,
      what: () => `the flooder cut off, peers ${stacks.map(stack => stack.libp2p.getPeers().length).join(' ')}`,
    })
    for (const stack of stacks) expect(charged(stack)).toBeLessThanOrEqual(BUDGET_BYTES)

    // the flood is over: all settle on the same, and the honest offer is among it
    await until(async () => new Set(await Promise.all(stacks.map(keys))).size === 1, {
      timeoutMs: WAIT_MS,
      what: () => `equal sets, entries ${stacks.map(entries).join(' ')}`,
    })
    for (const stack of stacks) expect((await stack.offers.get(honest.key))?.name).toBe(honest.name)
    for (const stack of stacks) expect(charged(stack)).toBeLessThanOrEqual(BUDGET_BYTES)
  },
)
