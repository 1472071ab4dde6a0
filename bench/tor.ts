import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytes } from '@stoa/codec'
import { defineProtocol } from '@stoa/direct'
import { createStack } from '@stoa/stack'
import { createTorNetwork, torMissing } from '@stoa/testkit/tor'
import { atMost, median, noGoal } from './table.ts'
import type { Stack, StackInit } from '@stoa/stack'
import type { BenchInit } from './bench-init.ts'
import type { Row } from './table.ts'

const COLD_GOAL_S = 30
const NEW_ONION_GOAL_S = 5
const CONNECT_GOAL_MS = 500
const WARM_CONNECTS = 10
const REQUESTS = 50
const REQUEST_BYTES = 100
const OFFERS = 1_000
const OFFER_BYTES = 300
/** No step takes longer: a node that is never reached ends the bench with an error. */
const LIMIT_MS = 120_000
const AGAIN_MS = 50

const AGAINST = 'TCP on loopback'
const TCP = { listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, nat: false, relay: false } satisfies StackInit
const echo = defineProtocol({ id: '/bench/echo/1.0.0', request: bytes, response: bytes })

/** What Tor costs, in a private network whose relays are all on this machine: its work, without its distances. */
export async function run(rounds: number, { keep }: BenchInit): Promise<Row[]> {
  const missing = torMissing()
  if (missing !== undefined) {
    console.error(`  left out: ${missing}`)
    return []
  }
  await using closing = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'tor-'))
  closing.defer(() => rm(directory, { recursive: true, force: true }))
  const network = closing.use(await createTorNetwork())
  const { program } = network
  let nodes = 0
  const start = async (init: StackInit): Promise<Node> => {
    const stack = await createStack({ ...init, dataDir: join(directory, String(nodes++)), discovery: false })
    await stack.direct!.handle(echo, value => value)
    return stack
  }
  // one Tor that is up, of which nodes are onion services
  const shared = await network.client('shared', at => [
    `SocksPort unix:${at}/socks`,
    `ControlPort unix:${at}/control`,
    'CookieAuthentication 1',
  ])
  const up = { socks: `unix:${shared.directory}/socks`, control: `unix:${shared.directory}/control` }
  await using holder = await start({ tor: { program } })
  await using nearHolder = await start(TCP)
  for (const node of [holder, nearHolder]) await fill(node)

  const measured = new Measured()
  for (let round = 0; round < rounds; round++) {
    {
      const started = performance.now()
      await using cold = await start({ tor: { program } })
      await reach(holder, cold)
      measured.coldSeconds.push(since(started) / 1_000)
    }
    const started = performance.now()
    await using fresh = await start({ tor: up })
    await reach(holder, fresh)
    measured.newOnionSeconds.push(since(started) / 1_000)
    measured.connectMs.push(await warmConnect(holder, fresh))
    measured.requestMs.push(await roundTrip(holder, fresh))
    measured.syncSeconds.push(await firstSync(() => start({ tor: up }), holder))

    await using near = await start(TCP)
    await reach(nearHolder, near)
    measured.nearRequestMs.push(await roundTrip(nearHolder, near))
    measured.nearSyncSeconds.push(await firstSync(() => start(TCP), nearHolder))
    keep(measured.rows())
  }
  return measured.rows()
}

type Node = Stack<StackInit>

class Measured {
  readonly coldSeconds: number[] = []
  readonly newOnionSeconds: number[] = []
  readonly connectMs: number[] = []
  readonly requestMs: number[] = []
  readonly nearRequestMs: number[] = []
  readonly syncSeconds: number[] = []
  readonly nearSyncSeconds: number[] = []

  rows(): Row[] {
    return [
      atMost({ what: 'cold start to reachable onion', unit: 's', ours: this.coldSeconds, theirs: COLD_GOAL_S }),
      atMost({
        what: 'new onion service to reachable, Tor is up',
        unit: 's',
        ours: this.newOnionSeconds,
        theirs: NEW_ONION_GOAL_S,
      }),
      atMost({
        what: 'connect and handshake, circuit is up',
        unit: 'ms',
        ours: this.connectMs,
        theirs: CONNECT_GOAL_MS,
      }),
      noGoal('less', {
        what: `request of ${REQUEST_BYTES} B and its answer`,
        unit: 'ms',
        ours: this.requestMs,
        against: AGAINST,
        theirs: this.nearRequestMs,
      }),
      noGoal('less', {
        what: `first sync of ${OFFERS.toLocaleString('en')} offers`,
        unit: 's',
        ours: this.syncSeconds,
        against: AGAINST,
        theirs: this.nearSyncSeconds,
      }),
    ]
  }
}

async function fill(node: Node): Promise<void> {
  for (let index = 0; index < OFFERS; index++) {
    await node.offers!.publish('bench', new Uint8Array(OFFER_BYTES).fill(index))
  }
}

/** Until somebody else has a connection to it. */
async function reach(from: Node, to: Node): Promise<void> {
  await again(async () => {
    await from.libp2p.dial(to.libp2p.getMultiaddrs())
    return true
  })
}

async function warmConnect(from: Node, to: Node): Promise<number> {
  const each: number[] = []
  for (let count = 0; count < WARM_CONNECTS; count++) {
    await from.libp2p.hangUp(to.peerId)
    const started = performance.now()
    await from.libp2p.dial(to.libp2p.getMultiaddrs())
    each.push(since(started))
  }
  return median(each)
}

async function roundTrip(from: Node, to: Node): Promise<number> {
  const each: number[] = []
  const body = new Uint8Array(REQUEST_BYTES)
  for (let count = 0; count < REQUESTS; count++) {
    const started = performance.now()
    await from.direct!.request(to.peerId, echo, body)
    each.push(since(started))
  }
  return median(each)
}

/** From the beginning of the dial until all offers are held, in s. */
async function firstSync(startNode: () => Promise<Node>, holder: Node): Promise<number> {
  await using node = await startNode()
  const started = performance.now()
  await node.libp2p.dial(holder.libp2p.getMultiaddrs())
  await again(async () => node.offers!.status().offers.entries >= OFFERS)
  return since(started) / 1_000
}

async function again(attempt: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS
  for (;;) {
    try {
      if (await attempt()) return
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    if (performance.now() > deadline) throw new Error(`not done after ${LIMIT_MS.toLocaleString('en')} ms`)
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
  }
}

function since(startedMs: number): number {
  return performance.now() - startedMs
}
