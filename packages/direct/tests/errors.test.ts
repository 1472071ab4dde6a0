import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { json, text } from '@stoa/codec'
import { defineProtocol, RefuseRequest } from '@stoa/direct'
import { rawPeer, until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { codeOf, directNetwork, directPair, echo, errorOf, gate, statusOf } from './network.ts'
import type { ConnectionGater } from '@libp2p/interface'

const stranger = peerIdFromString('12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo')
const never = (): Promise<string> => new Promise(() => {})

describe('not-found', () => {
  test('nobody knows an address of the peer', async () => {
    await using pair = await directPair({ connected: false })
    const error = await errorOf(pair.asker.services.direct.request(stranger, echo, 'x'))
    expect(error).toMatchObject({ code: 'not-found', retryable: true })
    expect(error.message).toContain(stranger.toString())
  })

  test('no transport dials the address', async () => {
    await using pair = await directPair({ connected: false })
    const address = multiaddr('/ip4/127.0.0.1/udp/9/quic-v1')
    expect(await codeOf(pair.asker.services.direct.request(address, echo, 'x'))).toBe('not-found')
  })
})

describe('unreachable', () => {
  test.each(['memory', 'tcp', 'ws'] as const)('nobody listens there any more, over %s', async transport => {
    await using pair = await directPair({ transport, connected: false })
    const addresses = pair.answerer.getMultiaddrs()
    await pair.answerer.stop()
    const error = await errorOf(pair.asker.services.direct.request(addresses, echo, 'x'))
    expect(error).toMatchObject({ code: 'unreachable', retryable: true })
  })

  test.each(['memory', 'tcp'] as const)('another peer answers at the address, over %s', async transport => {
    await using pair = await directPair({ transport, connected: false })
    await pair.answerer.services.direct.handle(echo, value => value)
    const address = pair.answerer
      .getMultiaddrs()[0]!
      .toString()
      .replace(/p2p\/.*/, `p2p/${stranger.toString()}`)

    expect(await codeOf(pair.asker.services.direct.request(multiaddr(address), echo, 'secret'))).toBe('unreachable')
    expect(statusOf(pair.answerer).requestsHandled).toBe(0)
  })
})

describe('no-such-protocol', () => {
  test('the peer does not speak it', async () => {
    await using pair = await directPair()
    const error = await errorOf(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x'))
    expect(error).toMatchObject({ code: 'no-such-protocol', retryable: false })
    expect(error.message).toContain(echo.id)
  })

  test('the peer does not speak it any more', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    const handling = await answerer.services.direct.handle(echo, value => value)
    expect(await asker.services.direct.request(answerer.peerId, echo, 'x')).toBe('x')

    await handling[Symbol.asyncDispose]()
    await until(() => statusOf(asker).streamsOut === 0)

    expect(await codeOf(asker.services.direct.request(answerer.peerId, echo, 'x'))).toBe('no-such-protocol')
  })
})

describe('refused', () => {
  const deny = (name: keyof ConnectionGater): ConnectionGater => ({ [name]: () => true })

  test.each([
    'denyDialPeer',
    'denyDialMultiaddr',
    'denyOutboundConnection',
    'denyOutboundEncryptedConnection',
  ] as const)('by our own gater: %s', async name => {
    await using pair = await directPair({
      connected: false,
      libp2p: index => (index === 0 ? { connectionGater: deny(name) } : {}),
    })
    const addresses = pair.answerer.getMultiaddrs()
    expect(await codeOf(pair.asker.services.direct.request(addresses, echo, 'x'))).toBe('refused')
  })

  test.each(
    (['denyInboundConnection', 'denyInboundEncryptedConnection', 'denyInboundUpgradedConnection'] as const).flatMap(
      name => (['memory', 'tcp', 'ws'] as const).map(transport => ({ name, transport })),
    ),
  )("by the peer's gater: $name over $transport", async ({ name, transport }) => {
    await using pair = await directPair({
      transport,
      connected: false,
      libp2p: index => (index === 1 ? { connectionGater: deny(name) } : {}),
    })
    await pair.answerer.services.direct.handle(echo, value => value)
    const addresses = pair.answerer.getMultiaddrs()
    expect(await codeOf(pair.asker.services.direct.request(addresses, echo, 'x'))).toBe('refused')
  })

  test('a node does not ask itself', async () => {
    await using pair = await directPair()
    const { asker } = pair
    expect(await codeOf(asker.services.direct.request(asker.peerId, echo, 'x'))).toBe('refused')
    expect(await codeOf(asker.services.direct.request(asker.getMultiaddrs(), echo, 'x'))).toBe('refused')
  })

  test('by the handler, with a text that the caller may read', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(echo, () => {
      throw new RefuseRequest('members only')
    })
    const error = await errorOf(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x'))
    expect(error).toMatchObject({ code: 'refused', retryable: true })
    expect(error.message).toBe(`${echo.id}: the peer answered refused: members only`)
  })

  test('a refusal cannot write to the terminal of the caller, and is cut to 1,024 bytes between characters', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(echo, () => {
      throw new RefuseRequest(`\u001b[31m\u202ered\n${'ü'.repeat(2_000)}`)
    })
    const { message } = await errorOf(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x'))
    expect(message).toMatch(/: [ ]\[31m red ü+$/)
    expect(message).not.toMatch(/\p{Cc}|\p{Cf}|\ufffd/u)
    expect(message.length).toBeLessThan(650)
  })
})

describe('timeout', () => {
  test('the answer does not come', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(echo, never)
    const request = pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x', { timeoutMs: 30 })
    expect(await errorOf(request)).toMatchObject({
      code: 'timeout',
      message: `${echo.id}: no answer within 30 ms`,
      retryable: true,
    })
  })

  test('the handler takes longer than its node allows', async () => {
    await using pair = await directPair({ answering: { handlerTimeoutMs: 20 } })
    const signals: AbortSignal[] = []
    await pair.answerer.services.direct.handle(echo, (_, { signal }) => {
      signals.push(signal)
      return never()
    })
    const error = await errorOf(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x'))
    expect(error).toMatchObject({ code: 'timeout' })
    expect(error.message).toContain('the peer answered timeout')
    expect(signals[0]!.reason).toMatchObject({ code: 'timeout' })
    expect(statusOf(pair.answerer)).toMatchObject({ handlersFailed: 1, handlersRunning: 0 })
  })

  test('a connection does not come about', async () => {
    await using pair = await directPair({ connected: false })
    // one way takes longer than the whole request may
    pair.network.setLink({ latencyMs: 60_000 })
    const request = pair.asker.services.direct.request(pair.answerer.getMultiaddrs(), echo, 'x', { timeoutMs: 30 })
    const error = await errorOf(request)
    expect(error).toMatchObject({ code: 'timeout', retryable: true })
    expect(error.message).toContain('no stream within 30 ms')
  })

  test('the peer does not negotiate the protocol', async () => {
    await using pair = await directPair()
    pair.network.partition([pair.asker])
    const request = pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x', { timeoutMs: 30 })
    expect(await codeOf(request)).toBe('timeout')
    pair.network.heal()
  })
})

describe('too-large', () => {
  const small = defineProtocol({ ...echo, id: '/test/small/1.0.0', maxRequestBytes: 10, maxResponseBytes: 20 })

  test('a request over the limit is not sent', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(small, value => value)
    const error = await errorOf(pair.asker.services.direct.request(pair.answerer.peerId, small, 'x'.repeat(11)))
    expect(error).toMatchObject({ code: 'too-large', retryable: false })
    expect(error.message).toBe(`request of ${small.id} is 11 bytes, the limit is 10`)
    expect(statusOf(pair.asker, small).requestsSent).toBe(0)
  })

  test('an answer over the limit is not sent either', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(small, () => 'x'.repeat(21))
    expect(await codeOf(pair.asker.services.direct.request(pair.answerer.peerId, small, 'x'))).toBe('too-large')
    expect(statusOf(pair.answerer, small).handlersFailed).toBe(1)
  })

  test('a codec may be stricter than the protocol', async () => {
    const strict = defineProtocol({ id: '/test/strict/1.0.0', request: json<string>({ maxBytes: 5 }), response: text })
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(strict, value => value)
    expect(await codeOf(pair.asker.services.direct.request(pair.answerer.peerId, strict, 'longer'))).toBe('too-large')
  })

  test('each side has the last word on what it takes', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(small, () => 'x'.repeat(20))
    const ours = { ...small, maxRequestBytes: 15, maxResponseBytes: 10 }

    expect(await codeOf(asker.services.direct.request(answerer.peerId, ours, 'x'.repeat(15)))).toBe('too-large')
    expect(statusOf(answerer, small).requestsInvalid).toBe(1)
    expect(await codeOf(asker.services.direct.request(answerer.peerId, ours, 'x'))).toBe('too-large')
  })
})

describe('disconnected', () => {
  test('the peer dies while it is being asked', async () => {
    await using pair = await directPair()
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, never)
    const request = asker.services.direct.request(answerer.peerId, echo, 'x')
    const items = asker.services.direct.stream(answerer.peerId, echo, 'x')
    const item = items.next()
    await until(() => statusOf(answerer).handlersRunning === 2)

    pair.network.partition([asker], undefined, 'cut')

    expect(await errorOf(request)).toMatchObject({ code: 'disconnected', retryable: true })
    expect(await codeOf(item)).toBe('disconnected')
    await until(() => statusOf(answerer).handlersRunning === 0)
    pair.network.heal()
  })

  test('the peer ends the stream before it has answered', async () => {
    await using network = await directNetwork(1)
    await using peer = await rawPeer()
    const asker = network.node(0)
    await peer.node.handle(echo.id, stream => void stream.close())
    await peer.connect(asker)

    expect(await codeOf(asker.services.direct.request(peer.peerId, echo, 'x'))).toBe('disconnected')
  })

  test('a handler learns that its caller is gone', async () => {
    await using pair = await directPair()
    const started = gate<AbortSignal>()
    await pair.answerer.services.direct.handle(echo, (_, { signal }) => {
      started.resolve(signal)
      return never()
    })
    const request = codeOf(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x'))
    const signal = await started.promise
    await pair.asker.stop()

    await until(() => signal.aborted)
    expect(signal.reason).toMatchObject({ code: 'disconnected' })
    expect(await request).toBe('stopped')
  })

  test('a connection that was lost unnoticed is made anew, since nothing had been asked', async () => {
    await using pair = await directPair({ transport: 'tcp' })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, value => value)
    await asker.peerStore.merge(answerer.peerId, { multiaddrs: answerer.getMultiaddrs() })
    for (const connection of answerer.getConnections(asker.peerId)) connection.abort(new Error('gone'))

    expect(await asker.services.direct.request(answerer.peerId, echo, 'x')).toBe('x')
  })
})

describe('malformed', () => {
  const numbers = { ...echo, request: json<number>({ check: value => Number.parseInt(String(value), 10) }) }

  test('the request cannot be decoded by the peer', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(numbers, value => `${value}`)
    const error = await errorOf(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'not JSON'))
    expect(error).toMatchObject({ code: 'malformed', retryable: false })
    expect(statusOf(pair.answerer)).toMatchObject({ requestsInvalid: 1, requestsHandled: 0 })
  })

  test('the answer cannot be decoded here', async () => {
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(echo, value => value)
    const asksForJson = { ...echo, response: json<number>() }
    const { asker, answerer } = pair
    expect(await codeOf(asker.services.direct.request(answerer.peerId, asksForJson, 'not JSON'))).toBe('malformed')
    // the stream is in order all the same
    expect(await asker.services.direct.request(answerer.peerId, asksForJson, '5')).toBe(5)
    expect(statusOf(asker).streamsOut).toBe(1)
  })

  test('one answer was asked for, and the handler gives a stream', async () => {
    await using pair = await directPair()
    let cleanedUp = false
    await pair.answerer.services.direct.handle(echo, async function* () {
      try {
        yield 'x'
      } finally {
        cleanedUp = true
      }
    })
    expect(await codeOf(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x'))).toBe('malformed')
    // it was never begun
    expect(cleanedUp).toBe(false)
    expect(statusOf(pair.answerer).handlersRunning).toBe(0)
  })

  test('what a codec of the peer throws beside its own errors stays with the peer', async () => {
    const broken = {
      ...echo,
      request: {
        ...text,
        decode: () => {
          throw new Error('at /home/alice/codec.ts')
        },
      },
    }
    await using pair = await directPair()
    await pair.answerer.services.direct.handle(broken, value => value)
    const error = await errorOf(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x'))
    expect(error.code).toBe('malformed')
    expect(error.message).not.toContain('alice')
  })
})

describe('failed', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('password is hunter2')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('password is hunter2')
      },
    ],
    [
      'throws what is no error',
      () => {
        throw undefined as unknown as Error
      },
    ],
    ['answers what cannot be encoded', () => 5n as unknown as string],
  ])('a handler that %s tells the caller nothing more', async (_, handler) => {
    await using pair = await directPair()
    const protocol = { ...echo, response: json<string>() }
    await pair.answerer.services.direct.handle(protocol, handler as () => string)
    const error = await errorOf(pair.asker.services.direct.request(pair.answerer.peerId, protocol, 'x'))
    expect(error).toMatchObject({ code: 'failed', retryable: false })
    expect(error.message).toBe(`${echo.id}: the peer answered failed`)
    expect(statusOf(pair.answerer)).toMatchObject({ handlersFailed: 1, handlersRunning: 0 })
  })
})

describe('stopped', () => {
  test('the service is not running', async () => {
    await using pair = await directPair()
    await pair.asker.services.direct.stop()
    expect(await errorOf(pair.asker.services.direct.request(pair.answerer.peerId, echo, 'x'))).toMatchObject({
      code: 'stopped',
      retryable: false,
    })
  })

  test('the service stops while a request awaits its answer, its turn or its stream', async () => {
    await using pair = await directPair({ asking: { maxInFlight: 1 } })
    const { asker, answerer } = pair
    await answerer.services.direct.handle(echo, never)
    const slow = { ...echo, id: '/test/slow/1.0.0' }
    const requests = [asker.services.direct.request(answerer.peerId, echo, 'answer')]
    await until(() => statusOf(answerer).handlersRunning === 1)
    requests.push(asker.services.direct.request(answerer.peerId, echo, 'turn'))
    requests.push(asker.services.direct.request(answerer.peerId, slow, 'stream'))

    await asker.services.direct.stop()

    expect(await Promise.all(requests.map(codeOf))).toEqual(['stopped', 'stopped', 'stopped'])
    await until(() => statusOf(answerer).streamsIn === 0)
  })
})
