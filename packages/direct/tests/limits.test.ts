import { bytes, text } from '@stoa/codec'
import { defineProtocol } from '@stoa/direct'
import { until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { codeOf, directNetwork, directPair, echo, errorOf, gate, statusOf } from './network.ts'

/** A handler that counts how many run at once and waits to be let go. */
function gatedHandler() {
  const open = gate()
  let running = 0
  let most = 0
  return {
    open: () => open.resolve(),
    most: () => most,
    handler: async (value: string): Promise<string> => {
      most = Math.max(most, ++running)
      await open.promise
      running--
      return value
    },
  }
}

describe('maxInFlight', () => {
  test('lets more requests wait their turn, first come first served', async () => {
    await using pair = await directPair({ asking: { maxInFlight: 2 } })
    const { asker, answerer } = pair
    const arrived: string[] = []
    let running = 0
    let most = 0
    await answerer.services.direct.handle(echo, async value => {
      arrived.push(value)
      most = Math.max(most, ++running)
      await new Promise(resolve => setImmediate(resolve))
      running--
      return value
    })
    const values = Array.from({ length: 20 }, (_, i) => `${i}`)
    const answers = await Promise.all(values.map(value => asker.services.direct.request(answerer.peerId, echo, value)))

    expect(answers).toEqual(values)
    expect(arrived).toEqual(values)
    expect(most).toBe(2)
  })

  test('holds for streamed answers and those with a signal, too', async () => {
    await using pair = await directPair({ asking: { maxInFlight: 2 } })
    const { asker, answerer } = pair
    const gated = gatedHandler()
    await answerer.services.direct.handle(echo, gated.handler)
    const { signal } = new AbortController()
    const requests = [
      asker.services.direct.request(answerer.peerId, echo, 'a', { signal }),
      asker.services.direct.stream(answerer.peerId, echo, 'b').next(),
      asker.services.direct.stream(answerer.peerId, echo, 'c', { signal }).next(),
      asker.services.direct.request(answerer.peerId, echo, 'd'),
    ]
    await until(() => statusOf(answerer).handlersRunning === 2)
    gated.open()
    await Promise.all(requests)

    expect(gated.most()).toBe(2)
  })

  test('a turn is not lost when a request and those that wait for it are cancelled together', async () => {
    await using pair = await directPair({ asking: { maxInFlight: 1 } })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => (value === 'never' ? new Promise(() => {}) : value))
    await asker.services.direct.request(answerer.peerId, echo, 'open the stream')

    const controller = new AbortController()
    const { signal } = controller
    const ask = (value: string, options = {}) => asker.services.direct.request(answerer.peerId, echo, value, options)
    const cancelled = [ask('never', { signal }), ask('never', { signal }), ask('never', { signal })].map(codeOf)
    const waits = ask('x')
    controller.abort()

    expect(await Promise.all(cancelled)).toEqual(['aborted', 'aborted', 'aborted'])
    expect(await waits).toBe('x')
    // one was sent and cancelled, the other two never left
    expect(statusOf(asker)).toMatchObject({ requestsSent: 3 })
  })

  test('a request times out while it waits, and those behind it move up', async () => {
    await using pair = await directPair({ asking: { maxInFlight: 1 } })
    const { asker, answerer } = pair
    const gated = gatedHandler()
    await answerer.services.direct.handle(echo, gated.handler)
    const first = asker.services.direct.request(answerer.peerId, echo, 'first')
    await until(() => statusOf(answerer).handlersRunning === 1)
    const second = asker.services.direct.request(answerer.peerId, echo, 'second', { timeoutMs: 20 })
    const third = asker.services.direct.request(answerer.peerId, echo, 'third')

    expect(await codeOf(second)).toBe('timeout')
    gated.open()
    expect(await first).toBe('first')
    expect(await third).toBe('third')
  })
})

test('maxWaiting refuses what would wait beyond it, and says which limit it was', async () => {
  await using pair = await directPair({ asking: { maxInFlight: 1, maxWaiting: 2 } })
  const { asker, answerer } = pair
  const gated = gatedHandler()
  await answerer.services.direct.handle(echo, gated.handler)
  const requests = [asker.services.direct.request(answerer.peerId, echo, '0')]
  await until(() => statusOf(answerer).handlersRunning === 1)
  requests.push(...['1', '2'].map(value => asker.services.direct.request(answerer.peerId, echo, value)))

  const error = await errorOf(asker.services.direct.request(answerer.peerId, echo, '3'))
  expect(error).toMatchObject({ code: 'refused', retryable: true })
  expect(error.message).toContain('maxWaiting = 2')
  gated.open()
  expect(await Promise.all(requests)).toEqual(['0', '1', '2'])
})

describe('handlers', () => {
  test('maxHandlersPerPeer refuses one peer and serves the others', async () => {
    await using network = await directNetwork(3, index => (index === 0 ? { maxHandlersPerPeer: 2 } : {}))
    const [answerer, greedy, modest] = [network.node(0), network.node(1), network.node(2)]
    const gated = gatedHandler()
    await answerer.services.direct.handle(echo, value => (value === 'quick' ? value : gated.handler(value)))
    const held = ['a', 'b'].map(value => greedy.services.direct.request(answerer.peerId, echo, value))
    await until(() => statusOf(answerer).handlersRunning === 2)

    const error = await errorOf(greedy.services.direct.request(answerer.peerId, echo, 'quick'))
    expect(error).toMatchObject({ code: 'refused', retryable: true })
    expect(await modest.services.direct.request(answerer.peerId, echo, 'quick')).toBe('quick')
    expect(statusOf(answerer).requestsRefused).toBe(1)
    gated.open()
    await Promise.all(held)
    expect(await greedy.services.direct.request(answerer.peerId, echo, 'quick')).toBe('quick')
  })

  test('maxHandlersPerPeer counts a peer, however many streams it opens', async () => {
    await using pair = await directPair({ asking: { idleStreamMs: 60_000 }, answering: { maxHandlersPerPeer: 1 } })
    const { asker, answerer } = pair
    const gated = gatedHandler()
    await answerer.services.direct.handle(echo, gated.handler)
    const held = asker.services.direct.request(answerer.peerId, echo, 'a')
    await until(() => statusOf(answerer).handlersRunning === 1)

    // a request frame with id 1 and nothing else: an empty string
    const second = await asker.getConnections(answerer.peerId)[0]!.newStream(echo.id)
    second.send(Uint8Array.of(0x02, 0x10, 0x01))
    await until(() => statusOf(answerer).requestsRefused === 1)

    expect(statusOf(answerer)).toMatchObject({ streamsIn: 2, handlersRunning: 1 })
    gated.open()
    await held
  })

  test('maxHandlers refuses all peers together', async () => {
    await using network = await directNetwork(3, index => (index === 0 ? { maxHandlers: 2 } : {}))
    const [answerer, ...askers] = network.nodes
    const gated = gatedHandler()
    await answerer!.services.direct.handle(echo, gated.handler)
    const held = askers.map(asker => asker.services.direct.request(answerer!.peerId, echo, 'x'))
    await until(() => statusOf(answerer!).handlersRunning === 2)

    const more = askers.map(asker => codeOf(asker.services.direct.request(answerer!.peerId, echo, 'x')))
    expect(await Promise.all(more)).toEqual(['refused', 'refused'])
    gated.open()
    await Promise.all(held)
  })
})

describe('maxBytesPerStream', () => {
  const blob = defineProtocol({
    id: '/test/blob/1.0.0',
    request: bytes,
    response: bytes,
    maxRequestBytes: 1_000,
    maxResponseBytes: 1_000,
  })

  test('bounds the requests that are being handled', async () => {
    await using pair = await directPair({ answering: { maxBytesPerStream: 2_500 } })
    const { asker, answerer } = pair
    const open = gate()
    await answerer.services.direct.handle(blob, async value => {
      await open.promise
      return value.subarray(0, 1)
    })
    const ask = () => asker.services.direct.request(answerer.peerId, blob, new Uint8Array(1_000))
    const held = [ask(), ask()]
    await until(() => statusOf(answerer, blob).handlersRunning === 2)

    expect(await codeOf(ask())).toBe('refused')
    open.resolve()
    await Promise.all(held)
    expect(await ask()).toHaveLength(1)
  })

  test('lets a request and its answer through, however large the protocol allows them to be', async () => {
    await using pair = await directPair({ answering: { maxBytesPerStream: 1 } })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(blob, value => value)

    expect(await asker.services.direct.request(answerer.peerId, blob, new Uint8Array(1_000))).toHaveLength(1_000)
  })
})

test('a message of the largest size passes', async () => {
  const large = defineProtocol({
    id: '/test/large/1.0.0',
    request: bytes,
    response: bytes,
    maxRequestBytes: 2 ** 24,
    maxResponseBytes: 2 ** 24,
  })
  await using pair = await directPair({ transport: 'tcp' })
  const { asker, answerer } = pair
  await answerer.services.direct.handle(large, value => value)

  const answer = await asker.services.direct.request(answerer.peerId, large, new Uint8Array(2 ** 24).fill(7))
  expect(answer.byteLength).toBe(2 ** 24)
  expect(answer.at(-1)).toBe(7)
})

test('large requests wait for room and do not pile up', async () => {
  await using pair = await directPair({ transport: 'tcp' })
  const { asker, answerer } = pair
  const sizes = defineProtocol({ id: '/test/sizes/1.0.0', request: bytes, response: text })
  await answerer.services.direct.handle(sizes, value => `${value.byteLength}`)

  const value = new Uint8Array(1_000_000)
  const asked = Array.from({ length: 20 }, () => asker.services.direct.request(answerer.peerId, sizes, value))
  const notified = Array.from({ length: 20 }, () => asker.services.direct.notify(answerer.peerId, sizes, value))
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['1000000']))
  await Promise.all(notified)
  await until(() => statusOf(answerer, sizes).requestsHandled === 40)
})
