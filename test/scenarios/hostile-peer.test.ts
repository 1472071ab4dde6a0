import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { DirectError } from '@stoa/direct'
import { createStack } from '@stoa/stack'
import { random, rawPeer, until } from '@stoa/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { echo, largeAnswers, peopleCount, STALL_MS } from './hostile-protocols.ts'
import type { ChildProcess } from 'node:child_process'
import type { Stream } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Stack } from '@stoa/stack'
import type { RawPeer } from '@stoa/testkit'

/** The most that a victim's memory may grow under attack. */
const MAX_GROWTH_BYTES = 64 * 2 ** 20
/** The most that it may hold afterwards, over what it held before the first attack. */
const MAX_HELD_BYTES = 16 * 2 ** 20
const WARM_UP_REQUESTS = 10_000
const MANY_STREAMS = 10_000

interface Memory {
  /** Heap and buffers after a collection, in bytes. */
  heldBytes: number
  /** The most of both since the last answer, garbage included, in bytes. */
  peakBytes: number
  /** In bytes. */
  rssBytes: number
}

let victim: ChildProcess
let address: Multiaddr
let honest: Stack
let baseline: Memory
let served = 0
const failures: unknown[] = []
let asking: Promise<void>
const over = new AbortController()

beforeAll(async () => {
  victim = fork(join(import.meta.dirname, 'victim.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [ready] = (await once(victim, 'message')) as [{ address: string }]
  address = multiaddr(ready.address)
  honest = await createStack({ listen: [], mdns: false, nat: false })
  asking = askOn()
  // the engine takes memory for its young generation as soon as there is work; that is not the attackers' doing
  await until(() => served >= WARM_UP_REQUESTS, { timeoutMs: 60_000, what: 'the warm-up' })
  baseline = await memory()
})

afterAll(async () => {
  over.abort()
  await asking
  await honest.stop()
  victim.kill()
  await once(victim, 'exit')
})

/** An honest peer asks one thing after another, all the while. */
async function askOn(): Promise<void> {
  while (!over.signal.aborted) {
    try {
      await honest.direct.request(address, echo, new Uint8Array(100), { timeoutMs: 20_000 })
      served++
    } catch (error) {
      failures.push(error)
    }
    await new Promise(resolve => setImmediate(resolve))
  }
}

async function memory(): Promise<Memory> {
  victim.send('memory')
  const [answer] = (await once(victim, 'message')) as [Memory]
  return answer
}

/** Runs an attack as a fresh peer; afterwards the victim must stand, be small, and have served the honest peer all along. */
async function attack(run: (attacker: RawPeer) => Promise<void>): Promise<void> {
  const before = served
  const { rssBytes: rssBefore } = await memory()
  await using attacker = await rawPeer({ transport: 'tcp' })
  await run(attacker)
  const { heldBytes, peakBytes, rssBytes } = await memory()
  expect(peakBytes - baseline.heldBytes).toBeLessThan(MAX_GROWTH_BYTES)
  expect(rssBytes - rssBefore).toBeLessThan(MAX_GROWTH_BYTES)
  // of all attacks so far nothing may stay
  expect(heldBytes - baseline.heldBytes).toBeLessThan(MAX_HELD_BYTES)
  await until(() => served > before, { what: 'the honest peer to be served' })
  expect(failures).toEqual([])
}

async function ended(stream: Stream, what: string): Promise<void> {
  await until(() => stream.status !== 'open' || stream.remoteWriteStatus === 'closed', {
    on: [[stream, 'close', 'remoteCloseWrite']],
    timeoutMs: 20 * STALL_MS,
    what: `the stream to be cut: ${what}, it is ${stream.status}`,
  })
}

/** Every protocol of ours that takes length-prefixed frames from anybody. */
const PROTOCOLS = [echo.id, '/stoa/main/peers/1.0.0', '/stoa/main/kad/1.0.0', '/meshsub/1.1.0']
const GIGANTIC_PREFIX = Uint8Array.of(0xff, 0xff, 0xff, 0x7f)

describe.each(PROTOCOLS)('%s', protocol => {
  test('a length prefix of 256 MiB whose body never comes ends in a closed stream', async () => {
    await attack(async attacker => {
      await ended(await attacker.sendBytes(address, protocol, GIGANTIC_PREFIX), 'gigantic prefix')
    })
  })

  test('a frame that breaks off ends in a closed stream', async () => {
    await attack(async attacker => {
      const stream = await attacker.sendBytes(address, protocol, Uint8Array.of(100, 1, 2, 3))
      await stream.close()
      await ended(stream, 'truncated frame')
    })
  })

  test('garbage ends in a closed stream', async () => {
    await attack(async attacker => {
      const garbage = random('garbage').bytes(65_536)
      // begins as a frame of 127 bytes of garbage, and goes on as nonsense
      garbage[0] = 0x7f
      await ended(await attacker.sendBytes(address, protocol, garbage), 'garbage')
    })
  })

  test('a frame that drips in too slowly ends in a closed stream', async () => {
    await attack(async attacker => {
      const stream = await attacker.sendBytes(address, protocol, Uint8Array.of(100, 1))
      await ended(stream, 'slow writer')
    })
  })

  test(
    `${MANY_STREAMS.toLocaleString('en')} streams at once cost the peer its connection`,
    { timeout: 180_000 },
    async () => {
      await attack(async attacker => {
        const { streams, refusals } = await attacker.openMany(address, protocol, MANY_STREAMS)
        expect(streams.length + refusals.length).toBeLessThan(MANY_STREAMS)
        await until(() => streams.every(stream => stream.status !== 'open'), {
          what: 'streams beyond the limit to be closed',
        })
      })
    },
  )
})

test('requests whose answers are never read end in a closed stream', async () => {
  await attack(async attacker => {
    const request = Uint8Array.of(0x02, 0x10, 0x01)
    const stream = await attacker.stall(address, largeAnswers.id)
    for (let id = 1; id < 128; id++) {
      request[2] = id
      stream.send(request.slice())
    }
    await ended(stream, 'slow reader')
  })
})

test('answers to requests that nobody made end in a closed stream', async () => {
  await attack(async attacker => {
    // a CREDIT for request 9
    await ended(
      await attacker.sendBytes(address, echo.id, Uint8Array.of(6, 0x08, 0x06, 0x10, 0x09, 0x18, 0x01)),
      'unknown id',
    )
    // a RESPONSE
    await ended(
      await attacker.sendBytes(address, echo.id, Uint8Array.of(4, 0x08, 0x01, 0x10, 0x09)),
      'an answer to a server',
    )
  })
})

test('a protobuf of a million entries is refused', async () => {
  await attack(async attacker => {
    const body = new Uint8Array(2_000_000)
    for (let i = 0; i < body.length; i += 2) body[i] = 0x0a
    await using other = await createStack({ listen: [], mdns: false, nat: false })
    const asBytes = { ...echo, id: peopleCount.id, maxRequestBytes: peopleCount.maxRequestBytes }
    const refusal = await other.direct.request(address, asBytes, body).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(DirectError)
    expect(refusal).toMatchObject({ code: 'malformed' })
    await attacker.connect(address)
  })
})
