import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, until } from '@stoa/testkit'
import { createTorNetwork, torMissing } from '@stoa/testkit/tor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TorNode } from './tor-node.ts'
import type { TorNetwork } from '@stoa/testkit/tor'

const skipReason = torMissing()
if (skipReason !== undefined && process.env.CI === 'true') throw new Error(`Tor cannot be tested here: ${skipReason}`)

const PASSWORD = 'open, sesame'
const NODES = 10
const OFFERS = 1_000
/** Of the nodes. */
const PUBLISHERS = 4
const MARKET = 'btc-eur'
/** Ten nodes, each with a Tor, on two cores. */
const CONVERGE_MS = 90_000
/** Issue: after `kill -9` of Tor a node is reachable again within a minute. */
const BACK_MS = 60_000

interface Sent {
  id: string
}

describe.skipIf(skipReason !== undefined)(
  `in a private Tor network${skipReason === undefined ? '' : ` (${skipReason})`}`,
  () => {
    // short: Tor's unix sockets are in it
    const directory = mkdtempSync(join(tmpdir(), 'tor-'))
    let tor: TorNetwork

    const start = (name: string, bootstrap: readonly string[] = [], args: readonly string[] = []): Promise<TorNode> =>
      TorNode.start({ data: join(directory, name), tor: ['--tor-program', tor.program], bootstrap, args })

    beforeAll(async () => {
      tor = await createTorNetwork()
    }, 240_000)

    afterAll(async () => {
      await tor?.[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    })

    test(
      'two nodes that know one onion address have direct messages, broadcasts, offers, and letters to whoever is offline',
      { timeout: 180_000 },
      async () => {
        await using ann = await start('ann', [], ['--topic', 'lobby'])
        await using bob = await start('bob', [ann.address], ['--topic', 'lobby'])
        await Promise.all([
          ann.event('peer:connect', { peer: bob.peer }),
          bob.event('peer:connect', { peer: ann.peer }),
        ])

        await bob.run(['send', ann.peer, 'good morning'])
        await ann.event('direct', { peer: bob.peer, text: 'good morning' })

        await eventually(async () => {
          const { recipients } = await ann.json<{ recipients: number }>(['broadcast', 'lobby', 'hear ye'])
          expect(recipients).toBeGreaterThan(0)
        })
        await bob.event('broadcast', { topic: 'lobby', text: 'hear ye' })

        const { key } = await ann.json<{ key: string }>(['offers', 'put', '--market', MARKET], '{"price": 7}')
        await eventually(() => bob.run(['offers', 'get', key]), { timeoutMs: 30_000 })

        const addressOfBob = bob.address
        // his keys have reached her
        await eventually(() => ann.json<Sent>(['mail', 'send', bob.peer], 'soon'), { timeoutMs: 30_000 })
        await bob.stop()
        const { id } = await ann.json<Sent>(['mail', 'send', bob.peer, '--wait', '0s'], 'while you were away')
        await bob.startAgain()
        expect(bob.address).toBe(addressOfBob)
        await bob.event('letter', { id, from: ann.peer })
        expect(await bob.run(['mail', 'read', id])).toBe('while you were away')
        await ann.event('delivery', { id, state: 'delivered' })
      },
    )

    test(
      `${NODES} nodes that know one onion address hold the same ${OFFERS.toLocaleString('en')} offers`,
      { timeout: 240_000 },
      async () => {
        await using closing = new AsyncDisposableStack()
        const add = async (name: string, bootstrap: string[]): Promise<TorNode> =>
          closing.use(await start(name, bootstrap))
        const first = await add('node0', [])
        const others = await Promise.all(
          Array.from({ length: NODES - 1 }, (_, index) => add(`node${index + 1}`, [first.address])),
        )
        const nodes = [first, ...others]
        for (const [index, node] of nodes.slice(0, PUBLISHERS).entries()) {
          const lines = Array.from({ length: OFFERS / PUBLISHERS }, (_, line) => `{"by":${index},"offer":${line}}\n`)
          await node.run(['offers', 'import', '-', '--market', MARKET, '--quiet'], lines.join(''))
        }
        await until(
          async () => (await Promise.all(nodes.map(node => node.offers()))).every(count => count === OFFERS),
          {
            timeoutMs: CONVERGE_MS,
            what: () => `${NODES} nodes to hold ${OFFERS} offers each`,
          },
        )
        const keys = await keysOf(first)
        expect(keys).toHaveLength(OFFERS)
        // one after another: ten more processes at once are too many for two cores
        for (const node of others) expect(await keysOf(node)).toEqual(keys)
      },
    )

    test(
      'a Tor that is killed is started again, the node is at its address within a minute, and nothing acknowledged is lost',
      { timeout: 240_000 },
      async () => {
        await using ann = await start('first')
        await using bob = await start('second', [ann.address])
        await ann.event('peer:connect', { peer: bob.peer })
        const sending = new Sending(ann, bob.peer)
        await sending.some()

        const [killed, from] = [bob.torPid!, bob.lines.length]
        process.kill(killed, 'SIGKILL')
        const killedMs = performance.now()
        await bob.event('tor', { state: 'down' }, from)
        await bob.event('tor', { state: 'up' }, from)
        expect(bob.torPid).not.toBe(killed)
        // whoever knows nothing but the address
        await using eve = await start('third', [bob.address])
        await eve.event('peer:connect', { peer: bob.peer })
        expect(performance.now() - killedMs).toBeLessThan(BACK_MS)
        await sending.some()
        const { texts, offers, letters } = await sending.stop()

        await bob.until(
          () => {
            const [heard, arrived] = [bob.lines.map(({ text }) => text), bob.lines.map(({ id }) => id)]
            return texts.every(text => heard.includes(text)) && letters.every(id => arrived.includes(id))
          },
          () => `the texts ${texts.join(' ')} and letters ${letters.join(' ')}`,
        )
        await eventually(async () => expect(await keysOf(bob)).toEqual(expect.arrayContaining(offers)), {
          timeoutMs: 60_000,
        })
      },
    )

    test(
      'a node can have its onion service at a Tor that runs already, which takes a password',
      { timeout: 180_000 },
      async () => {
        const hash = execFileSync('tor', ['--quiet', '--hash-password', PASSWORD], { encoding: 'utf8' }).trim()
        await using running = await tor.client('running', at => [
          `SocksPort unix:${at}/socks`,
          `ControlPort unix:${at}/control`,
          `HashedControlPassword ${hash}`,
        ])
        const password = join(directory, 'password')
        writeFileSync(password, `${PASSWORD}\n`, { mode: 0o600 })
        const at = (name: string): string => `unix:${join(running.directory, name)}`
        await using ann = await start('own-tor')
        await using bob = await TorNode.start({
          data: join(directory, 'other-tor'),
          tor: ['--tor-socks', at('socks'), '--tor-control', at('control'), '--tor-password-file', password],
        })
        expect(bob.torPid).toBeUndefined()
        await bob.event('tor', { state: 'reachable' })
        await ann.run(['connect', bob.address])
        await bob.run(['send', ann.peer, 'good morning'])
        await ann.event('direct', { peer: bob.peer, text: 'good morning' })
      },
    )
  },
)

/** One thing after another, until it is told to stop. What it has was acknowledged: by the receiver, or as durable by its own node. */
class Sending {
  readonly #node: TorNode
  readonly #to: string
  readonly #over = new AbortController()
  readonly #acknowledged = { texts: [] as string[], offers: [] as string[], letters: [] as string[] }
  readonly #done: Promise<void>
  #round = 0

  constructor(node: TorNode, to: string) {
    this.#node = node
    this.#to = to
    this.#done = this.#send()
  }

  /** A few more of each. */
  async some(): Promise<void> {
    const { texts, offers, letters } = this.#acknowledged
    const enough = [texts, offers, letters].map(list => list.length + 2)
    await until(() => [texts, offers, letters].every((list, at) => list.length >= enough[at]!), {
      timeoutMs: 60_000,
      what: () => `more than ${JSON.stringify(this.#acknowledged)}`,
    })
  }

  async stop(): Promise<{ texts: string[]; offers: string[]; letters: string[] }> {
    this.#over.abort()
    await this.#done
    return this.#acknowledged
  }

  async #send(): Promise<void> {
    const { texts, offers, letters } = this.#acknowledged
    while (!this.#over.signal.aborted) {
      const name = `number ${this.#round++}`
      // one that fails was not acknowledged
      await this.#node.run(['send', this.#to, name, '--timeout-ms', '2000']).then(
        () => texts.push(name),
        () => {},
      )
      const offer = this.#node.json<{ key: string }>(['offers', 'put', '--market', MARKET], name)
      await offer.then(
        ({ key }) => offers.push(key),
        () => {},
      )
      const letter = this.#node.json<Sent>(['mail', 'send', this.#to, '--wait', '0s'], name)
      await letter.then(
        ({ id }) => letters.push(id),
        () => {},
      )
    }
  }
}

async function keysOf(node: TorNode): Promise<string[]> {
  const offers = await node.list<{ key: string }>(['offers', 'list', '--market', MARKET])
  return offers.map(({ key }) => key).toSorted()
}
