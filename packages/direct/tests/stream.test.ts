import { defineProtocol, RefuseRequest } from '@stoa/direct'
import { bytes, text } from '@stoa/codec'
import { until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { codeOf, collect, directPair, echo, gate, statusOf } from './network.ts'

/** Counts to the number it is asked for. */
const count = defineProtocol({ id: '/test/count/1.0.0', request: text, response: text })

async function* countTo(value: string): AsyncGenerator<string> {
  for (let i = 1; i <= Number(value); i++) yield `${i}`
}

describe('a streamed answer', () => {
  test.each(['memory', 'tcp'] as const)('arrives item by item and ends, over %s', async transport => {
    await using pair = await directPair({ transport })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, countTo)

    expect(await collect(asker.services.direct.stream(answerer.peerId, count, '3'))).toEqual(['1', '2', '3'])
    expect(statusOf(asker, count)).toMatchObject({ answersReceived: 1, requestsFailed: 0, requestsInFlight: 0 })
    expect(statusOf(answerer, count)).toMatchObject({ requestsHandled: 1, handlersRunning: 0, handlersFailed: 0 })
  })

  test('may be empty, and so may its items', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, async function* (value) {
      if (value === 'empty items') yield* ['', '', '']
    })

    expect(await collect(asker.services.direct.stream(answerer.peerId, count, 'nothing'))).toEqual([])
    expect(await collect(asker.services.direct.stream(answerer.peerId, count, 'empty items'))).toEqual(['', '', ''])
  })

  test('of many windows arrives whole', async () => {
    await using pair = await directPair({ asking: { streamWindowBytes: 100 } })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, countTo)

    const items = await collect(asker.services.direct.stream(answerer.peerId, count, '500'))
    expect(items).toHaveLength(500)
    expect(items.at(-1)).toBe('500')
  })

  test('may have items larger than the window', async () => {
    await using pair = await directPair({ asking: { streamWindowBytes: 64 } })
    const { asker, answerer } = pair
    const large = 'x'.repeat(100_000)
    await answerer.services.direct.handle(count, async function* () {
      yield* [large, large, large]
    })

    expect(await collect(asker.services.direct.stream(answerer.peerId, count, ''))).toEqual([large, large, large])
  })

  test('of one value is a stream of one item', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, async value => value)

    expect(await collect(asker.services.direct.stream(answerer.peerId, echo, 'x'))).toEqual(['x'])
    expect(statusOf(asker).answersReceived).toBe(1)
  })

  test('may come of a promise for a stream', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, (async (value: string) => countTo(value)) as never)

    expect(await collect(asker.services.direct.stream(answerer.peerId, count, '2'))).toEqual(['1', '2'])
  })

  test('does not hold up the requests beside it', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, value => (value === 'plain' ? value : countTo(value)))
    const items = asker.services.direct.stream(answerer.peerId, count, '1000000')
    expect((await items.next()).value).toBe('1')

    expect(await asker.services.direct.request(answerer.peerId, count, 'plain')).toBe('plain')
    expect((await items.next()).value).toBe('2')
    expect(statusOf(asker, count).streamsOut).toBe(1)
    await items.return()
  })

  test('is not asked for before it is read', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, countTo)
    const items = asker.services.direct.stream(answerer.peerId, count, '3')
    await items.return()

    expect(asker.services.direct.status()).toEqual([])
  })
})

describe('a slow reader', () => {
  test('holds its producer within the window', async () => {
    const itemBytes = 1_000
    const windowBytes = 10 * (itemBytes + 32)
    await using pair = await directPair({ asking: { streamWindowBytes: windowBytes } })
    const { asker, answerer } = pair
    const chunks = defineProtocol({ id: '/test/chunks/1.0.0', request: text, response: bytes })
    let produced = 0
    await answerer.services.direct.handle(chunks, async function* () {
      for (;;) {
        yield new Uint8Array(itemBytes)
        produced++
      }
    })

    const items = asker.services.direct.stream(answerer.peerId, chunks, '')
    await items.next()
    for (let read = 1; read <= 100; read++) {
      await items.next()
      // a round trip on the same stream: whatever the producer may send has been sent by then
      await asker.services.direct.notify(answerer.peerId, chunks, '')
      await until(() => statusOf(answerer, chunks).requestsHandled === read + 1)
      expect(produced - read).toBeLessThanOrEqual(11)
    }
    await items.return()
  })

  test('is not timed out by its own slowness, nor is the handler', async () => {
    await using pair = await directPair({ asking: { streamWindowBytes: 1 }, answering: { handlerTimeoutMs: 40 } })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, value => (value === 'never' ? new Promise(() => {}) : countTo(value)))
    const items = asker.services.direct.stream(answerer.peerId, count, '5', { timeoutMs: 40 })
    await items.next()
    // passes both limits: another handler is stopped by it meanwhile
    expect(await codeOf(asker.services.direct.request(answerer.peerId, count, 'never'))).toBe('timeout')

    expect(await collect(items)).toEqual(['2', '3', '4', '5'])
  })

  test('that never comes back loses its handler and keeps its stream', async () => {
    await using pair = await directPair({ asking: { streamWindowBytes: 1 }, answering: { unreadTimeoutMs: 20 } })
    const { asker, answerer } = pair
    const cleanedUp = gate()
    await answerer.services.direct.handle(count, async function* (value) {
      try {
        yield* countTo(value)
      } finally {
        cleanedUp.resolve()
      }
    })
    const items = asker.services.direct.stream(answerer.peerId, count, '1000')
    await items.next()
    await cleanedUp.promise

    expect(statusOf(answerer, count)).toMatchObject({ requestsRefused: 1, handlersRunning: 0, handlersFailed: 0 })
    expect(await codeOf(collect(items))).toBe('timeout')
    expect(await collect(asker.services.direct.stream(answerer.peerId, count, '1'))).toEqual(['1'])
    expect(statusOf(asker, count).streamsOut).toBe(1)
  })
})

describe('leaving the loop', () => {
  test('stops the generator and runs its finally blocks', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const cleanedUp = gate<AbortSignal>()
    await answerer.services.direct.handle(count, async function* (value, { signal }) {
      try {
        for (;;) yield value
      } finally {
        cleanedUp.resolve(signal)
      }
    })

    for await (const item of asker.services.direct.stream(answerer.peerId, count, 'x')) {
      expect(item).toBe('x')
      break
    }

    const signal = await cleanedUp.promise
    expect(signal.reason).toMatchObject({ code: 'aborted' })
    await until(() => statusOf(answerer, count).handlersRunning === 0)
    expect(statusOf(asker, count)).toMatchObject({ requestsInFlight: 0, requestsFailed: 0 })
  })

  test('stops a source that waits for its next item', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const returned = gate()
    let items = 0
    // as a subscription does: `return` is what ends the waiting `next`
    await answerer.services.direct.handle(count, () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => (items++ === 0 ? Promise.resolve({ done: false, value: 'first' }) : new Promise(() => {})),
        return: async () => {
          returned.resolve()
          return { done: true, value: undefined }
        },
      }),
    }))

    for await (const _ of asker.services.direct.stream(answerer.peerId, count, '')) break

    await returned.promise
    await until(() => statusOf(answerer, count).handlersRunning === 0)
  })

  test('by the signal ends with what it says, without the items that had arrived', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, countTo)
    const controller = new AbortController()
    const items = asker.services.direct.stream(answerer.peerId, count, '1000000', { signal: controller.signal })
    await items.next()
    controller.abort()

    expect(await codeOf(items.next())).toBe('aborted')
    await until(() => statusOf(answerer, count).handlersRunning === 0)
  })

  test('what a generator throws while it cleans up concerns nobody', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, async function* (value) {
      try {
        for (;;) yield value
      } finally {
        // oxlint-disable-next-line no-unsafe-finally
        throw new Error('while cleaning up')
      }
    })
    for await (const _ of asker.services.direct.stream(answerer.peerId, count, 'x')) break

    await until(() => statusOf(answerer, count).handlersRunning === 0)
    expect(statusOf(answerer, count).handlersFailed).toBe(0)
  })
})

describe('a streamed answer that goes wrong', () => {
  test('gives the items before the error', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, async function* (value) {
      yield 'one'
      yield 'two'
      if (value === 'refuse') throw new RefuseRequest('that is all')
      throw new Error('secret')
    })
    for (const [value, code] of [
      ['refuse', 'refused'],
      ['fail', 'failed'],
    ] as const) {
      const items = asker.services.direct.stream(answerer.peerId, count, value)
      expect((await items.next()).value).toBe('one')
      expect((await items.next()).value).toBe('two')
      expect(await codeOf(items.next())).toBe(code)
    }
  })

  test('times out between items', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const stopped = gate()
    await answerer.services.direct.handle(count, async function* (_, { signal }) {
      yield 'one'
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      stopped.resolve()
    })
    const items = asker.services.direct.stream(answerer.peerId, count, '', { timeoutMs: 40 })
    expect((await items.next()).value).toBe('one')
    expect(await codeOf(items.next())).toBe('timeout')
    await stopped.promise
  })

  test('a generator that takes too long for an item is stopped', async () => {
    await using pair = await directPair({ answering: { handlerTimeoutMs: 20 } })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(count, async function* () {
      yield 'one'
      await new Promise(() => {})
    })
    const items = asker.services.direct.stream(answerer.peerId, count, '')
    expect((await items.next()).value).toBe('one')
    expect(await codeOf(items.next())).toBe('timeout')
    expect(statusOf(answerer, count).handlersFailed).toBe(1)
  })

  test('an item over the limit ends it', async () => {
    const small = { ...count, maxResponseBytes: 10 }
    await using pair = await directPair()
    const { asker, answerer } = pair
    const cleanedUp = gate()
    await answerer.services.direct.handle(small, async function* () {
      try {
        yield 'short'
        yield 'far too long'
      } finally {
        cleanedUp.resolve()
      }
    })
    const items = asker.services.direct.stream(answerer.peerId, small, '')
    expect((await items.next()).value).toBe('short')
    expect(await codeOf(items.next())).toBe('too-large')
    await cleanedUp.promise
  })

  test('an item that cannot be decoded ends it, and the peer is told', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const cleanedUp = gate()
    await answerer.services.direct.handle({ ...count, response: bytes }, async function* () {
      try {
        for (;;) yield Uint8Array.of(0xff)
      } finally {
        cleanedUp.resolve()
      }
    })
    expect(await codeOf(asker.services.direct.stream(answerer.peerId, count, '').next())).toBe('malformed')
    await cleanedUp.promise
  })
})
