import { bytes } from '@stoa/codec'
import { createNetwork } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { defineProtocol, direct } from '../src/index.ts'
import type { DirectComponents } from '../src/index.ts'

const echo = defineProtocol({ id: '/test/metrics/1.0.0', request: bytes, response: bytes })

test('metrics are told what was counted since they last asked, for they add it up themselves', async () => {
  let calculate: () => Record<string, number> = () => ({})
  const registerCounterGroup = (_: string, options: { calculate: typeof calculate }): void => {
    calculate = options.calculate
  }
  const withMetrics = (components: DirectComponents, name: string | symbol): unknown =>
    name === 'metrics' ? { registerCounterGroup } : Reflect.get(components, name)
  await using network = await createNetwork({
    size: 2,
    services: index => ({
      direct: (components: DirectComponents) =>
        // libp2p's components are a proxy: a copy of it would be empty
        direct()(index === 0 ? new Proxy(components, { get: withMetrics }) : components),
    }),
  })
  const [asker, answerer] = [network.node(0), network.node(1)]
  await answerer.services.direct.handle(echo, value => value)
  const ask = () => asker.services.direct.request(answerer.peerId, echo, Uint8Array.of(1))

  await ask()
  await ask()
  expect(calculate()).toMatchObject({ requestsSent: 2, answersReceived: 2 })
  await ask()
  expect(calculate()).toMatchObject({ requestsSent: 1, answersReceived: 1 })
  expect(calculate()).toMatchObject({ requestsSent: 0, answersReceived: 0 })
})
