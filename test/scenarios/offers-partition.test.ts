import { createStackNetwork } from '@stoa/testkit/stack'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import type { Stack } from '@stoa/stack'

const SIZE = 10
const HALF = SIZE / 2
const EACH = 6
/** Far above the few seconds that it takes: reached only when nodes stay apart. */
const HEALING_MS = 90_000

const body = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What a node says is on offer: key, version and state of each. */
async function listed(stack: Stack): Promise<string[]> {
  const lines: string[] = []
  for await (const { key, seq, state } of stack.offers.all()) lines.push(`${key} ${seq} ${state}`)
  return lines.toSorted()
}

async function allList(stacks: readonly Stack[], offers: number): Promise<boolean> {
  const [first, ...others] = await Promise.all(stacks.map(listed))
  return first!.length === offers && others.every(list => list.join() === first!.join())
}

test(
  'ten nodes on TCP are split, both halves publish, change and remove, and after it heals all hold the same',
  { timeout: 240_000 },
  async () => {
    await using network = await createStackNetwork({
      size: SIZE,
      transport: 'tcp',
      topology: 'full',
      stack: () => ({ discovery: false }),
    })
    const { stacks } = network
    for (const [index, stack] of stacks.entries()) {
      for (let offer = 0; offer < EACH; offer++) {
        await stack.offers.publish('btc-eur', body(`offer ${offer} of ${index}`), { name: `offer-${offer}` })
      }
    }
    const size = (): string => `everything everywhere, nodes hold ${stacks.map(held).join(' ')}`
    await until(() => allList(stacks, SIZE * EACH), { timeoutMs: HEALING_MS, what: size })

    network.partition(Array.from({ length: HALF }, (_, index) => index))
    for (const [index, stack] of stacks.entries()) {
      await stack.offers.remove({ market: 'btc-eur', name: 'offer-0' })
      await stack.offers.publish('btc-eur', body(`changed by ${index}`), { name: 'offer-1' })
      await stack.offers.publish('btc-eur', body(`late offer of ${index}`), { name: 'late' })
    }
    // each half agrees with itself: half of what there was is removed there, what the others do is not known
    const near = stacks.slice(0, HALF)
    await until(async () => (await allList(near, SIZE * EACH)) && (await knowsLate(near[0]!)) === HALF, {
      timeoutMs: HEALING_MS,
      what: size,
    })
    expect(await knowsLate(stacks[HALF]!)).toBeLessThan(SIZE)

    network.heal()
    await until(() => allList(stacks, SIZE * EACH), { timeoutMs: HEALING_MS, what: size })
    for (const stack of stacks) {
      const names = (await stack.offers.list({ limit: 100 })).offers.map(({ name }) => name)
      expect(names.filter(name => name === 'offer-0')).toEqual([])
      expect(names.filter(name => name === 'late')).toHaveLength(SIZE)
      const texts = (await stack.offers.list({ limit: 100 })).offers.map(({ body: bytes }) =>
        new TextDecoder().decode(bytes),
      )
      expect(texts.filter(text => text.startsWith('changed by'))).toHaveLength(SIZE)
    }
  },
)

const held = (stack: Stack): number => stack.offers.status().offers.entries

async function knowsLate(stack: Stack): Promise<number> {
  const { offers } = await stack.offers.list({ limit: 200 })
  return offers.filter(({ name }) => name === 'late').length
}
