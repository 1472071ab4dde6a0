import { until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { codeOf, directPair, echo, gate, statusOf } from './network.ts'
import type { DirectNode } from './network.ts'

function echoStreams(node: DirectNode): number {
  return node.getConnections().flatMap(({ streams }) => streams.filter(({ protocol }) => protocol === echo.id)).length
}

describe('a stream that we opened', () => {
  test('is opened once, however many ask at the same time', async () => {
    await using pair = await directPair({ connected: false })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)
    const addresses = answerer.getMultiaddrs()

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => asker.services.direct.request(addresses, echo, `${i}`)),
    )
    expect(answers).toHaveLength(50)
    expect(echoStreams(asker)).toBe(1)
    expect(asker.getConnections(answerer.peerId)).toHaveLength(1)
  })

  test('is opened for the others when the first to ask gives up', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)
    const controller = new AbortController()
    const first = asker.services.direct.request(answerer.peerId, echo, 'first', { signal: controller.signal })
    const second = asker.services.direct.request(answerer.peerId, echo, 'second')
    // the connection stands, so what they wait for now is the stream
    await Promise.resolve().then(() => controller.abort())

    expect(await codeOf(first)).toBe('aborted')
    expect(await second).toBe('second')
    expect(statusOf(answerer).requestsHandled).toBe(1)
  })

  test('is closed when nothing has used it for a while, and opened again on demand', async () => {
    await using pair = await directPair({ asking: { idleStreamMs: 20 } })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)

    expect(await asker.services.direct.request(answerer.peerId, echo, 'a')).toBe('a')
    await until(() => statusOf(asker).streamsOut === 0 && statusOf(answerer).streamsIn === 0)
    expect(echoStreams(asker)).toBe(0)

    expect(await asker.services.direct.request(answerer.peerId, echo, 'b')).toBe('b')
    expect(statusOf(answerer)).toMatchObject({ requestsHandled: 2, streamsCut: 0 })
  })

  test('is not idle while a request awaits its answer', async () => {
    await using pair = await directPair({ asking: { idleStreamMs: 4 } })
    const { asker, answerer } = pair
    const open = gate()
    await answerer.services.direct.handle(echo, async value => {
      await open.promise
      return value
    })
    const other = { ...echo, id: '/test/other/1.0.0' }
    await answerer.services.direct.handle(other, value => value)
    const request = asker.services.direct.request(answerer.peerId, echo, 'slow')
    // another stream is opened, used, found idle and closed in the meantime
    await asker.services.direct.request(answerer.peerId, other, 'quick')
    await until(() => statusOf(asker, other).streamsOut === 0)
    open.resolve()

    expect(await request).toBe('slow')
  })

  test('is replaced when the connection is lost', async () => {
    await using pair = await directPair()
    const { network, asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)
    expect(await asker.services.direct.request(answerer.peerId, echo, 'a')).toBe('a')

    network.partition([asker], undefined, 'cut')
    await until(() => statusOf(asker).streamsOut === 0)
    network.heal()

    expect(await asker.services.direct.request(answerer.getMultiaddrs(), echo, 'b')).toBe('b')
  })
})

describe('the service', () => {
  test('can be stopped and started again', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)
    expect(await asker.services.direct.request(answerer.peerId, echo, 'a')).toBe('a')

    await answerer.services.direct.stop()
    await until(() => statusOf(asker).streamsOut === 0)
    expect(await codeOf(asker.services.direct.request(answerer.peerId, echo, 'b'))).toBe('no-such-protocol')
    await answerer.services.direct.start()
    expect(await asker.services.direct.request(answerer.peerId, echo, 'c')).toBe('c')

    await asker.services.direct.stop()
    await asker.services.direct.start()
    expect(await asker.services.direct.request(answerer.peerId, echo, 'd')).toBe('d')
  })

  test('keeps no stream that came about while it stopped', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)
    const request = codeOf(asker.services.direct.request(answerer.peerId, echo, 'x'))
    await asker.services.direct.stop()

    expect(await request).toBe('stopped')
    await until(() => echoStreams(asker) === 0)
    expect(asker.services.direct.status().every(({ streamsOut }) => streamsOut === 0)).toBe(true)
  })

  test('takes handlers before it starts', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.stop()
    await answerer.services.direct.handle(echo, value => value)
    await answerer.services.direct.start()

    expect(await asker.services.direct.request(answerer.peerId, echo, 'x')).toBe('x')
  })
})

describe('handle', () => {
  test('takes one handler for a protocol', async () => {
    await using pair = await directPair()
    const { direct } = pair.answerer.services
    await direct.handle(echo, value => value)
    await expect(direct.handle(echo, value => value)).rejects.toThrow(`${echo.id} has a handler already`)
  })

  test('that libp2p refuses leaves nothing behind', async () => {
    await using pair = await directPair()
    await pair.answerer.handle(echo.id, () => {})
    const { direct } = pair.answerer.services
    await expect(direct.handle(echo, value => value)).rejects.toThrow(/already registered/)

    await pair.answerer.unhandle(echo.id)
    await direct.handle(echo, value => value)
    expect(await pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x')).toBe('x')
  })

  test('disposed of refuses what is being handled, and gives way to another', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const started = gate<AbortSignal>()
    const handling = await answerer.services.direct.handle(echo, (_, { signal }) => {
      started.resolve(signal)
      return new Promise(() => {})
    })
    const request = codeOf(asker.services.direct.request(answerer.peerId, echo, 'x'))
    const signal = await started.promise
    await handling[Symbol.asyncDispose]()

    expect(await request).toBe('refused')
    expect(signal.reason).toMatchObject({ code: 'refused' })
    await answerer.services.direct.handle(echo, () => 'another')
    // of no effect: it is another handler's by now
    await handling[Symbol.asyncDispose]()
    expect(await asker.services.direct.request(answerer.peerId, echo, 'x')).toBe('another')
  })
})
