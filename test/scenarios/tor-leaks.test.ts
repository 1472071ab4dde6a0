import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, until } from '@stoa/testkit'
import { createTorNetwork, torMissing } from '@stoa/testkit/tor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cannotSeal, SealedNamespace } from './sealed-namespace.ts'
import { TorLiar } from './tor-liar.ts'
import { TorNode } from './tor-node.ts'
import { TorWitness } from './tor-witness.ts'
import type { TorNetwork } from '@stoa/testkit/tor'

// The nodes are where every packet is counted and no Tor is: theirs run outside, and are reached by unix sockets alone.

const skipReason = torMissing() ?? cannotSeal()
if (skipReason !== undefined && process.env.CI === 'true') throw new Error(`leaks cannot be tested here: ${skipReason}`)

const API_PORTS = [4_780, 4_781] as const
const NOBODY = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
const LEAK = join(import.meta.dirname, 'tor-leak.ts')

describe.skipIf(skipReason !== undefined)(
  `nodes in Tor mode${skipReason === undefined ? '' : ` (${skipReason})`}`,
  () => {
    // short: Tor's unix sockets are in it
    const directory = mkdtempSync(join(tmpdir(), 'tor-'))
    const closing = new AsyncDisposableStack()
    closing.defer(() => rmSync(directory, { recursive: true, force: true }))
    let tor: TorNetwork
    let namespace: SealedNamespace
    let liar: TorLiar
    let witness: TorWitness
    let program: string
    let starts = 0

    beforeAll(async () => {
      tor = closing.use(await createTorNetwork())
      namespace = closing.use(new SealedNamespace(`stoa-tor-${process.pid}`, API_PORTS))
      program = torOutside(directory, tor.program)
      ;[liar, witness] = await Promise.all([TorLiar.start(tor), TorWitness.start(tor)])
      closing.use(liar)
      closing.use(witness)
    }, 300_000)

    afterAll(() => closing.disposeAsync())

    const start = (at: 0 | 1, bootstrap: readonly string[], args: readonly string[] = []): Promise<TorNode> =>
      TorNode.start({
        data: join(directory, `node${starts++}`),
        tor: ['--tor-program', program],
        bootstrap,
        prefix: namespace.prefix,
        preload: [LEAK],
        args: ['--topic', 'lobby', '--api', `127.0.0.1:${API_PORTS[at]}`, ...args],
      })

    const sent = (): { packets: number; to: string } => {
      const packets = namespace.packets()
      return { packets, to: packets === 0 ? '' : namespace.destinations() }
    }
    const nothing = { packets: 0, to: '' }

    test(
      'send no packet past Tor, whatever they do and are told; one dial of clearnet would have been seen',
      { timeout: 240_000 },
      async () => {
        await using ann = await start(0, [liar.address, witness.address])
        await using bob = await start(1, [ann.address])
        await Promise.all([ann.event('peer:connect', { peer: bob.peer }), liar.connected(1)])
        expect(sent()).toEqual(nothing)

        await useEverything(ann, bob)
        await liar.believed()
        expect(sent()).toEqual(nothing)

        // whoever was told of the liar dials it again by what it holds of it
        await liar.disconnectAll()
        await liar.connected(1)
        for (const node of [ann, bob]) {
          expect(await clearnetOf(node)).toEqual([])
          for (const address of [
            '/ip4/198.51.100.7/tcp/4001',
            '/dns4/example.org/tcp/443/wss',
            '/dnsaddr/example.org',
          ]) {
            await expect(node.run(['connect', `${address}/p2p/${NOBODY}`, '--json'])).rejects.toThrow(
              /clearnet-address/,
            )
          }
        }
        const told = await witness.toldBy(ann.peer)
        expect(told).toContain(bob.address.replace(/\/p2p\/.*/, ''))
        expect(told.filter(isClearnet)).toEqual([])
        const { listenAddrs, observedAddr, agentVersion } = await witness.identify(ann.peer)
        expect({ addresses: listenAddrs.map(String).filter(isClearnet), observedAddr, agentVersion }).toEqual({
          addresses: [],
          observedAddr: undefined,
          agentVersion: 'stoa',
        })
        expect(sent()).toEqual(nothing)

        const from = ann.lines.length
        process.kill(ann.torPid!, 'SIGKILL')
        await ann.event('tor', { state: 'up' }, from)
        await ann.event('peer:connect', { peer: bob.peer }, from)
        await bob.run(['send', ann.peer, 'good evening'])
        expect(listeners(ann.pid)).toEqual([...API_PORTS].map(port => `127.0.0.1:${port}`))
        expect(sent()).toEqual(nothing)

        process.kill(ann.pid, 'SIGUSR2')
        await until(() => namespace.packets() > 0, { what: 'a dial of clearnet to be seen' })
        expect(namespace.destinations()).toContain('198.51.100.99')
      },
    )

    test(
      'are told what makes others send packets: one that asked to be in both worlds believes the same liar',
      { timeout: 120_000 },
      async () => {
        const before = namespace.packets()
        const inBothWorlds = ['--tor-bridge', '--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns', '--no-nat']
        await using _ = await start(0, [liar.address], inBothWorlds)
        await until(() => namespace.destinations().includes('198.51.100.7 . tcp . 4001'), {
          timeoutMs: 60_000,
          what: () => `a dial of what the liar says: ${namespace.destinations()}`,
        })
        expect(namespace.packets()).toBeGreaterThan(before)
      },
    )
  },
)

/** A text, a broadcast, an offer and a letter each way. */
async function useEverything(ann: TorNode, bob: TorNode): Promise<void> {
  for (const [from, to] of [
    [ann, bob],
    [bob, ann],
  ] as const) {
    await from.run(['send', to.peer, 'good morning'])
    await eventually(async () => {
      const { recipients } = await from.json<{ recipients: number }>(['broadcast', 'lobby', 'hear ye'])
      expect(recipients).toBeGreaterThan(0)
    })
    const { key } = await from.json<{ key: string }>(['offers', 'put', '--market', 'btc-eur'], '{"price": 7}')
    await eventually(() => to.run(['offers', 'get', key]), { timeoutMs: 30_000 })
    const send = ['mail', 'send', to.peer, '--wait', '0s']
    const { id } = await eventually(() => from.json<{ id: string }>(send, 'a letter'), { timeoutMs: 30_000 })
    await to.event('letter', { id })
    await to.run(['mail', 'read', id])
    await from.event('delivery', { id, state: 'delivered' })
  }
  // those of the liar are there, and were looked at
  await eventually(async () => expect(await bob.list(['offers', 'list', '--market', 'lies'])).not.toEqual([]))
}

/** Addresses that it holds of anybody, or of itself, and that are no onion services. */
async function clearnetOf(node: TorNode): Promise<string[]> {
  const peers = await node.list<{ addresses: string[]; connections: string[] }>(['peers', '--all'])
  const { addresses } = await node.json<{ addresses: string[] }>(['status'])
  return [...addresses, ...peers.flatMap(peer => [...peer.addresses, ...peer.connections])].filter(isClearnet)
}

function isClearnet(address: string): boolean {
  return !/^\/onion3\/[a-z2-7]{56}:\d+(\/p2p\/\w+)?$/.test(address)
}

/** A `tor` that leaves the namespace of whoever starts it, for this process's own. */
function torOutside(directory: string, program: string): string {
  const path = join(directory, 'tor')
  writeFileSync(path, `#!/bin/sh\nexec nsenter --net=/proc/${process.pid}/ns/net '${program}' "$@"\n`, { mode: 0o755 })
  return path
}

/** Where anything listens in the namespace of this process, or receives datagrams: proc(5). */
function listeners(pid: number): string[] {
  const LISTENING = '0A'
  return ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6']
    .flatMap(protocol => {
      const sockets = readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8').trim().split('\n').slice(1)
      const open = sockets.map(line => line.trim().split(/\s+/))
      return open.filter(([, , , state]) => !protocol.startsWith('tcp') || state === LISTENING)
    })
    .map(([, local]) => local ?? '')
    .map(local => {
      const [host = '', port = ''] = local.split(':')
      const bytes = host.match(/../g)?.toReversed() ?? []
      return `${bytes.map(byte => parseInt(byte, 16)).join('.')}:${parseInt(port, 16)}`
    })
    .toSorted()
}
