import { rawPeer, until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { ErrorCode, Kind } from '../src/gen/direct.js'
import { codeOf, collect, directNetwork, echo, errorOf, statusOf } from './network.ts'
import { concat, frame, lengthPrefix, prefixed, utf8 } from './wire.ts'
import type { DirectInit } from '@stoa/direct'
import type { RawPeer } from '@stoa/testkit'
import type { DirectNode } from './network.ts'

interface Scene extends AsyncDisposable {
  asker: DirectNode
  liar: RawPeer
  /** Another peer answers as it should. */
  works: () => Promise<void>
}

/** Someone whose streams answer the first bytes that arrive with `answer`, whatever they were. */
async function scene(answer: Uint8Array, options: DirectInit = {}): Promise<Scene> {
  const network = await directNetwork(2, index => (index === 0 ? { stallTimeoutMs: 40, ...options } : {}))
  const liar = await rawPeer()
  await liar.node.handle(echo.id, stream => {
    stream.addEventListener('message', () => stream.send(answer), { once: true })
  })
  const [asker, honest] = [network.node(0), network.node(1)]
  await honest.services.direct.handle(echo, value => value)
  await liar.connect(asker)
  return {
    asker,
    liar,
    works: async () => expect(await asker.services.direct.request(honest.peerId, echo, 'x')).toBe('x'),
    [Symbol.asyncDispose]: async () => {
      await liar[Symbol.asyncDispose]()
      await network[Symbol.asyncDispose]()
    },
  }
}

const item = (payload: string): Uint8Array => frame({ kind: Kind.ITEM, id: 1, payload: utf8(payload) })

describe('an answerer that breaks the rules loses its stream, and its callers learn it', () => {
  test.each<[what: string, answer: Uint8Array]>([
    ['garbage', Uint8Array.from({ length: 2_000 }, (_, i) => (i * 89 + 0x83) & 0xff)],
    ['a frame that is no protobuf', prefixed(Uint8Array.of(0xff, 0xff, 0xff))],
    ['a length prefix over the limit', lengthPrefix(2 ** 27)],
    ['a length within the limit, and no body', lengthPrefix(1_000)],
    ['an answer to a request never made', frame({ kind: Kind.RESPONSE, id: 2, payload: utf8('x') })],
    ['an answer to request 0', frame({ kind: Kind.RESPONSE, payload: utf8('x') })],
    ['an item where one answer was asked for', item('x')],
    ['the end of a stream where one answer was asked for', frame({ kind: Kind.END, id: 1 })],
    ['a request', frame({ kind: Kind.REQUEST, id: 1, payload: utf8('x') })],
    ['a notification', frame({ kind: Kind.NOTIFY, id: 1 })],
    ['a cancellation', frame({ kind: Kind.CANCEL, id: 1 })],
    ['credit', frame({ kind: Kind.CREDIT, id: 1, credit: 1 })],
    ['a kind that does not exist', prefixed(Uint8Array.of(0x08, 0x63, 0x10, 0x01))],
  ])('%s', async (_, answer) => {
    await using stage = await scene(answer)
    const { asker, liar } = stage

    expect(await codeOf(asker.services.direct.request(liar.peerId, echo, 'x'))).toBe('disconnected')
    expect(statusOf(asker)).toMatchObject({ streamsCut: 1, requestsInFlight: 0, requestsFailed: 1 })
    await until(() => statusOf(asker).streamsOut === 0)
    await stage.works()
  })

  test('items beyond the window', async () => {
    const beyond = concat(...Array.from({ length: 5 }, () => item('x'.repeat(100))))
    await using stage = await scene(beyond, { streamWindowBytes: 300 })
    const { asker, liar } = stage
    const items = asker.services.direct.stream(liar.peerId, echo, 'x')
    const first = items.next()
    await until(() => statusOf(asker).streamsCut === 1)

    // what had been granted is still there, three items and not five
    expect((await first).value).toHaveLength(100)
    const rest = [await items.next(), await items.next()]
    expect(rest.map(({ value }) => (value as string).length)).toEqual([100, 100])
    expect(await codeOf(items.next())).toBe('disconnected')
    await stage.works()
  })

  test('empty items count against the window, too', async () => {
    await using stage = await scene(concat(...Array.from({ length: 1_000 }, () => item(''))), {
      streamWindowBytes: 320,
    })
    const items = stage.asker.services.direct.stream(stage.liar.peerId, echo, 'x')
    await items.next().catch(() => {})
    await until(() => statusOf(stage.asker).streamsCut === 1)
    await stage.works()
  })
})

describe('an answerer that is merely odd', () => {
  test('may answer what was answered already', async () => {
    const answer = frame({ kind: Kind.RESPONSE, id: 1, payload: utf8('x') })
    await using stage = await scene(concat(answer, answer, frame({ kind: Kind.ERROR, id: 1 }), item('x')))
    const { asker, liar } = stage

    expect(await asker.services.direct.request(liar.peerId, echo, 'x')).toBe('x')
    expect(statusOf(asker)).toMatchObject({ streamsCut: 0, streamsOut: 1, answersReceived: 1 })
  })

  test('may end a streamed answer with one last answer', async () => {
    const answer = concat(item('a'), frame({ kind: Kind.RESPONSE, id: 1, payload: utf8('b') }))
    await using stage = await scene(answer)
    expect(await collect(stage.asker.services.direct.stream(stage.liar.peerId, echo, 'x'))).toEqual(['a', 'b'])
  })

  test.each([
    [ErrorCode.FAILED, 'failed'],
    [ErrorCode.REFUSED, 'refused'],
    [ErrorCode.TOO_LARGE, 'too-large'],
    [ErrorCode.MALFORMED, 'malformed'],
    [ErrorCode.TIMEOUT, 'timeout'],
    [ErrorCode.IS_STREAM, 'malformed'],
    [ErrorCode.NONE, 'failed'],
  ])('error %s is %s here', async (error, code) => {
    await using stage = await scene(frame({ kind: Kind.ERROR, id: 1, error, payload: utf8('because') }))
    const received = await errorOf(stage.asker.services.direct.request(stage.liar.peerId, echo, 'x'))
    expect(received.code).toBe(code)
    expect(received.message).toBe(`${echo.id}: the peer answered ${code}: because`)
  })

  test('an error of a later version is failed here', async () => {
    await using stage = await scene(prefixed(Uint8Array.of(0x08, 0x04, 0x10, 0x01, 0x20, 0x63)))
    expect(await codeOf(stage.asker.services.direct.request(stage.liar.peerId, echo, 'x'))).toBe('failed')
  })
})

test('a peer that does not read its requests loses the stream, and none of them is sent twice', async () => {
  await using network = await directNetwork(1, () => ({ stallTimeoutMs: 40, maxInFlight: 1_000 }))
  await using deaf = await rawPeer()
  const asker = network.node(0)
  await deaf.node.handle(echo.id, stream => stream.pause())
  await deaf.connect(asker)

  const value = 'x'.repeat(1_000_000)
  const requests = Array.from({ length: 20 }, () => codeOf(asker.services.direct.request(deaf.peerId, echo, value)))
  expect(new Set(await Promise.all(requests))).toEqual(new Set(['disconnected']))
  expect(statusOf(asker)).toMatchObject({ streamsCut: 1, requestsInFlight: 0 })
  // those that waited for room were never sent
  expect(statusOf(asker).requestsSent).toBeLessThan(10)
})
