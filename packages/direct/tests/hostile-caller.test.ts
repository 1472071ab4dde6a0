import { defineProtocol } from '@stoa/direct'
import { bytes, text } from '@stoa/codec'
import { memoryGrowth, rawPeer, until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { ErrorCode, Kind } from '../src/gen/direct.js'
import { directNetwork, echo, gate, statusOf } from './network.ts'
import { concat, frame, lengthPrefix, prefixed, utf8 } from './wire.ts'
import type { DirectInit } from '@stoa/direct'
import type { RawPeer } from '@stoa/testkit'
import type { DirectNode } from './network.ts'

const STALL_MS = 40

interface Scene extends AsyncDisposable {
  victim: DirectNode
  honest: DirectNode
  attacker: RawPeer
  /** An honest peer asks and is answered. */
  serves: () => Promise<void>
}

async function scene(options: DirectInit = {}): Promise<Scene> {
  const network = await directNetwork(2, index => (index === 0 ? { stallTimeoutMs: STALL_MS, ...options } : {}))
  const attacker = await rawPeer()
  const [victim, honest] = [network.node(0), network.node(1)]
  await victim.services.direct.handle(echo, value => (value === 'never' ? new Promise(() => {}) : value))
  let asked = 0
  const serves = async (): Promise<void> => {
    const value = `honest ${asked++}`
    expect(await honest.services.direct.request(victim.peerId, echo, value)).toBe(value)
  }
  await serves()
  return {
    victim,
    honest,
    attacker,
    serves,
    [Symbol.asyncDispose]: async () => {
      await attacker[Symbol.asyncDispose]()
      await network[Symbol.asyncDispose]()
    },
  }
}

const request = (id: number, value = 'x', credit = 0): Uint8Array =>
  frame({ kind: Kind.REQUEST, id, credit, payload: utf8(value) })

describe('a caller that breaks the rules loses its stream, and nobody else notices', () => {
  test.each<[what: string, bytes: Uint8Array]>([
    ['garbage', Uint8Array.from({ length: 2_000 }, (_, i) => (i * 89 + 0x83) & 0xff)],
    ['HTTP', utf8('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n'.repeat(10))],
    ['a frame that is no protobuf', prefixed(Uint8Array.of(0xff, 0xff, 0xff))],
    ['a frame whose payload is cut off', prefixed(Uint8Array.of(0x10, 0x01, 0x2a, 0x05, 0x61))],
    ['an empty frame, which is request 0', prefixed(Uint8Array.of())],
    ['an id over 32 bits', prefixed(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 0x1f))],
    ['a length prefix over the limit', lengthPrefix(2 ** 27)],
    ['a length prefix of five bytes', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x01)],
    ['a length prefix that is not minimal', Uint8Array.of(0x80, 0x00)],
    ['request 0', request(0)],
    ['the same id twice', concat(request(7), request(7))],
    ['ids that count down', concat(request(7), request(6))],
    ['a cancellation of a request never made', concat(request(1), frame({ kind: Kind.CANCEL, id: 2 }))],
    ['credit for a request never made', frame({ kind: Kind.CREDIT, id: 1, credit: 100 })],
    [
      'credit that overflows',
      concat(request(1, 'never', 2 ** 32 - 1), frame({ kind: Kind.CREDIT, id: 1, credit: 2 ** 32 - 1 })),
    ],
    ['a notification with an id', frame({ kind: Kind.NOTIFY, id: 1, payload: utf8('x') })],
    ['an answer', frame({ kind: Kind.RESPONSE, id: 1, payload: utf8('x') })],
    ['an item', frame({ kind: Kind.ITEM, id: 1, payload: utf8('x') })],
    ['the end of a streamed answer', frame({ kind: Kind.END, id: 1 })],
    ['an error', frame({ kind: Kind.ERROR, id: 1, error: ErrorCode.FAILED })],
    ['a kind that does not exist', prefixed(Uint8Array.of(0x08, 0x63, 0x10, 0x01))],
  ])('%s', async (_, attack) => {
    await using stage = await scene()
    const stream = await stage.attacker.sendBytes(stage.victim, echo.id, attack)

    await until(() => stream.status !== 'open')
    await until(() => statusOf(stage.victim).streamsIn === 1)
    expect(statusOf(stage.victim)).toMatchObject({ streamsCut: 1, handlersRunning: 0 })
    await stage.serves()
  })

  test('a frame that ends too early', async () => {
    await using stage = await scene()
    const stream = await stage.attacker.sendBytes(stage.victim, echo.id, request(1).subarray(0, 3))
    await stream.close()

    await until(() => statusOf(stage.victim).streamsCut === 1)
    await stage.serves()
  })

  test('what may well be: late credit and cancellations, a cancelled request, unknown fields', async () => {
    await using stage = await scene()
    const unknownField = prefixed(concat(request(4).subarray(1), Uint8Array.of(0xf8, 0x7f, 0x05)))
    const stream = await stage.attacker.sendBytes(
      stage.victim,
      echo.id,
      concat(
        request(1),
        frame({ kind: Kind.CANCEL, id: 1 }),
        frame({ kind: Kind.CREDIT, id: 1, credit: 5 }),
        request(3, 'never'),
        frame({ kind: Kind.CANCEL, id: 3 }),
        frame({ kind: Kind.CANCEL, id: 2 }),
        unknownField,
      ),
    )
    await until(() => statusOf(stage.victim).requestsHandled === 4)

    expect(stream.status).toBe('open')
    expect(statusOf(stage.victim)).toMatchObject({ streamsCut: 0, handlersRunning: 0 })
  })
})

describe('a caller that stalls is cut off', () => {
  test('a length within the limit, and the body never comes', async () => {
    await using stage = await scene()
    const stream = await stage.attacker.sendBytes(stage.victim, echo.id, lengthPrefix(1_000_000))
    await until(() => stream.status !== 'open')

    expect(statusOf(stage.victim)).toMatchObject({ streamsCut: 1 })
    await stage.serves()
  })

  test('a body that drips in, byte by byte', async () => {
    await using stage = await scene()
    const stream = await stage.attacker.sendBytes(stage.victim, echo.id, lengthPrefix(1_000_000))
    let sent = 0
    await until(() => {
      if (stream.status === 'open' && ++sent < 100_000) stream.send(Uint8Array.of(0))
      return stream.status !== 'open'
    })

    expect(sent).toBeGreaterThan(1)
    expect(statusOf(stage.victim)).toMatchObject({ streamsCut: 1 })
    await stage.serves()
  })

  test('an idle stream between frames is no stall', async () => {
    await using stage = await scene()
    const idle = await stage.attacker.sendBytes(stage.victim, echo.id, request(1))
    const stalled = await stage.attacker.sendBytes(stage.victim, echo.id, lengthPrefix(10))
    await until(() => stalled.status !== 'open')

    expect(idle.status).toBe('open')
    expect(statusOf(stage.victim)).toMatchObject({ streamsCut: 1, streamsIn: 2 })
  })

  const blob = defineProtocol({ id: '/test/blob/1.0.0', request: text, response: bytes })

  test.each(['goes on listening', 'has ended its side'])('answers that are never read, by one that %s', async how => {
    await using stage = await scene({ maxBytesPerStream: 4_000_000 })
    const { victim, attacker } = stage
    await victim.services.direct.handle(blob, () => new Uint8Array(1_000_000))

    const growth = await memoryGrowth(async () => {
      const requests = concat(...Array.from({ length: 200 }, (_, i) => request(i + 1)))
      const stream = await attacker.stall(victim, blob.id, requests)
      if (how === 'has ended its side') await stream.close()
      await until(() => statusOf(victim, blob).streamsCut === 1)
      return stream
    })

    expect(growth.peakRssBytes).toBeLessThan(64 << 20)
    await until(() => statusOf(victim, blob).streamsIn === 0)
    await stage.serves()
  })

  test('streamed answers that are never read hold nothing but their handlers', async () => {
    await using stage = await scene()
    const { victim, attacker } = stage
    let produced = 0
    await victim.services.direct.handle(blob, async function* () {
      for (;;) {
        produced++
        yield new Uint8Array(100_000)
      }
    })
    // all the credit there is, for a hundred streams
    const requests = Array.from({ length: 100 }, (_, i) => request(i + 1, 'x', 2 ** 32 - 1))
    await attacker.stall(victim, blob.id, concat(...requests))
    await until(() => statusOf(victim, blob).streamsCut === 1)

    await until(() => statusOf(victim, blob).handlersRunning === 0)
    // one item for each handler, and what the windows and buffers of one stream take
    expect(produced).toBeLessThan(200)
    await stage.serves()
  })
})

describe('a caller that floods', () => {
  test('with streams gets as many as the limit says', async () => {
    await using stage = await scene({ maxInboundStreams: 4 })
    const { streams } = await stage.attacker.openMany(stage.victim, echo.id, 500)
    await until(() => streams.filter(({ status }) => status === 'open').length <= 4)

    expect(statusOf(stage.victim).streamsIn).toBeLessThanOrEqual(5)
    await stage.serves()
  })

  test('with requests is refused, and can go on when they are answered', async () => {
    await using stage = await scene({ maxHandlersPerPeer: 10 })
    const { victim, attacker } = stage
    const attack = Array.from({ length: 10_000 }, (_, i) => request(i + 1, 'never'))
    const stream = await attacker.open(victim, echo.id)
    stream.addEventListener('message', () => {})
    stream.send(concat(...attack))
    await until(() => statusOf(victim).requestsRefused === 9_990)

    expect(statusOf(victim)).toMatchObject({ handlersRunning: 10, streamsCut: 0 })
    await stage.serves()
    stream.abort(new Error('done'))
    await until(() => statusOf(victim).handlersRunning === 0)
  })

  test('with notifications is served and bounded like with requests', async () => {
    await using stage = await scene({ maxHandlersPerPeer: 10 })
    const { victim, attacker } = stage
    const notification = frame({ kind: Kind.NOTIFY, payload: utf8('never') })
    await attacker.sendBytes(victim, echo.id, concat(...Array.from({ length: 10_000 }, () => notification)))
    await until(() => statusOf(victim).requestsRefused === 9_990)

    await stage.serves()
  })

  test('with requests that it cancels at once leaves nothing behind', async () => {
    await using stage = await scene()
    const { victim, attacker } = stage
    const aborted = gate<number>()
    const slow = { ...echo, id: '/test/slow/1.0.0' }
    let count = 0
    await victim.services.direct.handle(slow, (_, { signal }) => {
      signal.addEventListener('abort', () => ++count === 5_000 && aborted.resolve(count))
      return new Promise(() => {})
    })
    const attack = Array.from({ length: 5_000 }, (_, i) =>
      concat(request(i + 1), frame({ kind: Kind.CANCEL, id: i + 1 })),
    )
    await attacker.sendBytes(victim, slow.id, concat(...attack))

    expect(await aborted.promise).toBe(5_000)
    expect(statusOf(victim, slow)).toMatchObject({ handlersRunning: 0, requestsHandled: 5_000 })
    await stage.serves()
  })
})
