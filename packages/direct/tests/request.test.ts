import { defineProtocol, DirectError, RefuseRequest } from '@stoa/direct'
import { json, text } from '@stoa/codec'
import { until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { codeOf, directPair, echo, gate, statusOf } from './network.ts'

describe('a request', () => {
  test.each(['memory', 'tcp', 'ws'] as const)('is answered, over %s', async transport => {
    await using pair = await directPair({ transport })
    await pair.answerer.services.direct.handle(echo, async value => value.toUpperCase())

    expect(await pair.asker.services.direct.request(pair.answerer.peerId, echo, 'hello')).toBe('HELLO')
  })

  test('dials addresses when there is no connection yet', async () => {
    await using pair = await directPair({ connected: false })
    await pair.answerer.services.direct.handle(echo, value => value)

    const addresses = pair.answerer.getMultiaddrs()
    expect(await pair.asker.services.direct.request(addresses, echo, 'a')).toBe('a')
    expect(await pair.asker.services.direct.request(addresses[0]!, echo, 'b')).toBe('b')
  })

  test('tells the handler who asks', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(echo, (_, { peer }) => peer.toString())

    const answer = await pair.asker.services.direct.request(pair.answerer.peerId, echo, '')
    expect(answer).toBe(pair.asker.peerId.toString())
  })

  test('carries any codec, each way its own', async () => {
    const add = defineProtocol({ id: '/test/add/1.0.0', request: json<number[]>(), response: text })
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(add, numbers => `${numbers.reduce((sum, n) => sum + n, 0)}`)

    expect(await pair.asker.services.direct.request(pair.answerer.peerId, add, [1, 2, 3])).toBe('6')
  })

  test('may be empty, and so may its answer', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(echo, value => value)

    expect(await pair.asker.services.direct.request(pair.answerer.peerId, echo, '')).toBe('')
  })

  test('goes both ways between the same two peers at once', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => `right ${value}`)
    await asker.services.direct.handle(echo, value => `left ${value}`)

    const answers = await Promise.all([
      asker.services.direct.request(answerer.peerId, echo, 'a'),
      answerer.services.direct.request(asker.peerId, echo, 'b'),
    ])
    expect(answers).toEqual(['right a', 'left b'])
  })

  test('is answered by a handler that returns a thenable of its own', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(echo, value => {
      const later = Promise.resolve(value)
      // what query builders and other libraries return: a promise in all but class
      // oxlint-disable-next-line unicorn/no-thenable
      return { then: later.then.bind(later) } as unknown as Promise<string>
    })

    expect(await pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x')).toBe('x')
  })
})

describe('many requests', () => {
  test('to one peer share one stream', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)

    const values = Array.from({ length: 200 }, (_, i) => `${i}`)
    const answers = await Promise.all(values.map(value => asker.services.direct.request(answerer.peerId, echo, value)))
    for (const value of values.slice(0, 20)) await asker.services.direct.request(answerer.peerId, echo, value)

    expect(answers).toEqual(values)
    const streams = asker.getConnections(answerer.peerId).flatMap(connection => connection.streams)
    expect(streams.filter(({ protocol }) => protocol === echo.id)).toHaveLength(1)
    expect(statusOf(asker)).toMatchObject({ streamsOut: 1, requestsSent: 220, answersReceived: 220, requestsFailed: 0 })
    expect(statusOf(answerer)).toMatchObject({ streamsIn: 1, requestsHandled: 220, handlersRunning: 0 })
  })

  test('are answered in whatever order the handlers finish', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const gates = [gate<string>(), gate<string>(), gate<string>()]
    await answerer.services.direct.handle(echo, value => gates[Number(value)]!.promise)
    const order: string[] = []
    const requests = ['0', '1', '2'].map(async value => {
      order.push(await asker.services.direct.request(answerer.peerId, echo, value))
    })
    await until(() => statusOf(answerer).handlersRunning === 3)

    gates[2]!.resolve('third')
    await requests[2]
    gates[0]!.resolve('first')
    await requests[0]
    gates[1]!.resolve('second')
    await requests[1]

    expect(order).toEqual(['third', 'first', 'second'])
  })

  test('of different protocols have a stream each', async () => {
    const other = defineProtocol({ id: '/test/other/1.0.0', request: text, response: text })
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)
    await answerer.services.direct.handle(other, value => `${value}!`)

    expect(await asker.services.direct.request(answerer.peerId, echo, 'a')).toBe('a')
    expect(await asker.services.direct.request(answerer.peerId, other, 'a')).toBe('a!')
    expect(asker.services.direct.status().map(({ streamsOut }) => streamsOut)).toEqual([1, 1])
  })
})

describe('giving up', () => {
  test('a cancelled request is told to the handler', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const started = gate<AbortSignal>()
    await answerer.services.direct.handle(echo, (_, { signal }) => {
      started.resolve(signal)
      return new Promise(() => {})
    })
    const controller = new AbortController()
    const request = asker.services.direct.request(answerer.peerId, echo, 'x', { signal: controller.signal })
    const signal = await started.promise
    const reason = new Error('changed my mind')
    controller.abort(reason)

    await expect(request).rejects.toMatchObject({ code: 'aborted', retryable: false, cause: reason })
    await until(() => signal.aborted)
    expect(signal.reason).toMatchObject({ name: 'DirectError', code: 'aborted' })
    await until(() => statusOf(answerer).handlersRunning === 0)
  })

  test('a request that times out is told to the handler', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const started = gate<AbortSignal>()
    await answerer.services.direct.handle(echo, (_, { signal }) => {
      started.resolve(signal)
      return new Promise(() => {})
    })
    const request = asker.services.direct.request(answerer.peerId, echo, 'x', { timeoutMs: 50 })

    await expect(request).rejects.toMatchObject({ code: 'timeout', retryable: true })
    const signal = await started.promise
    await until(() => signal.aborted)
  })

  test('a signal that serves many requests keeps no listener of those that are over', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }

    for (let i = 0; i < 10; i++) await asker.services.direct.request(answerer.peerId, echo, 'x', { signal })
    for await (const _ of asker.services.direct.stream(answerer.peerId, echo, 'x', { signal }));

    expect(listeners).toBe(0)
  })

  test('a signal that has aborted already sends nothing', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)
    await asker.services.direct.request(answerer.peerId, echo, 'open the stream')

    const signal = AbortSignal.abort()
    expect(await codeOf(asker.services.direct.request(answerer.peerId, echo, 'x', { signal }))).toBe('aborted')
    expect(await codeOf(asker.services.direct.notify(answerer.peerId, echo, 'x', { signal }))).toBe('aborted')
    expect(await codeOf(asker.services.direct.stream(answerer.peerId, echo, 'x', { signal }).next())).toBe('aborted')
    expect(statusOf(asker).requestsSent).toBe(1)
  })

  test('an answer that crosses with a cancellation is ignored', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const answer = gate<string>()
    await answerer.services.direct.handle(echo, value => (value === 'late' ? answer.promise : value))
    const controller = new AbortController()
    const late = asker.services.direct.request(answerer.peerId, echo, 'late', { signal: controller.signal })
    await until(() => statusOf(answerer).handlersRunning === 1)
    // both leave in the same turn, so neither side knows of the other's
    answer.resolve('too late')
    controller.abort()

    expect(await codeOf(late)).toBe('aborted')
    expect(await asker.services.direct.request(answerer.peerId, echo, 'still works')).toBe('still works')
    expect(statusOf(asker).streamsCut).toBe(0)
  })

  test.each([0, -1, Number.NaN])('a timeout of %d ms is refused as a mistake', async timeoutMs => {
    await using pair = await directPair()
    await expect(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x', { timeoutMs })).rejects.toThrow(
      TypeError,
    )
  })

  test('an infinite timeout is one', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(echo, value => value)
    const answer = pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x', { timeoutMs: Infinity })
    expect(await answer).toBe('x')
  })
})

describe('a notification', () => {
  test('reaches the handler, and its answer goes nowhere', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const arrived = gate<string>()
    await answerer.services.direct.handle(echo, value => {
      arrived.resolve(value)
      return 'nobody hears this'
    })

    await asker.services.direct.notify(answerer.peerId, echo, 'psst')

    expect(await arrived.promise).toBe('psst')
    expect(await asker.services.direct.request(answerer.peerId, echo, 'x')).toBe('nobody hears this')
    expect(statusOf(asker)).toMatchObject({ requestsSent: 2, answersReceived: 1, requestsInFlight: 0 })
  })

  test('arrives in the order it was sent, between requests', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const arrived: string[] = []
    await answerer.services.direct.handle(echo, value => {
      arrived.push(value)
      return value
    })
    await asker.services.direct.request(answerer.peerId, echo, '0')

    await Promise.all(
      ['1', '2', '3', '4'].map(value =>
        Number(value) % 2 === 1
          ? asker.services.direct.notify(answerer.peerId, echo, value)
          : asker.services.direct.request(answerer.peerId, echo, value),
      ),
    )
    expect(arrived).toEqual(['0', '1', '2', '3', '4'])
  })

  test('whose handler fails or refuses harms nobody', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => {
      if (value === 'refuse') throw new RefuseRequest('no')
      if (value === 'fail') throw new Error('broken')
      return value
    })

    await asker.services.direct.notify(answerer.peerId, echo, 'refuse')
    await asker.services.direct.notify(answerer.peerId, echo, 'fail')

    expect(await asker.services.direct.request(answerer.peerId, echo, 'x')).toBe('x')
    expect(statusOf(answerer)).toMatchObject({ requestsRefused: 1, handlersFailed: 1, handlersRunning: 0 })
  })

  test('never starts a streamed answer, which nobody would read', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    let items = 0
    await answerer.services.direct.handle(echo, async function* (value) {
      // without a reader this would spin for ever
      for (;;) {
        items++
        yield value
      }
    })
    await asker.services.direct.notify(answerer.peerId, echo, 'x')
    await until(() => statusOf(answerer).requestsHandled === 1)

    expect(items).toBe(0)
    expect(statusOf(answerer).handlersRunning).toBe(0)
  })
})

test('errors are DirectError, with a code, and say whether to try again', () => {
  expect(new DirectError('timeout', 'x').retryable).toBe(true)
  expect(new DirectError('too-large', 'x').retryable).toBe(false)
})
