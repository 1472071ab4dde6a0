import { expect, test } from 'vitest'
import { until } from '@stoa/testkit'
import { createStackNetwork } from '@stoa/testkit/stack'

test.each(['memory', 'tcp', 'ws'] as const)('stacks over %s live under the same faults', async transport => {
  await using network = await createStackNetwork({
    size: 3,
    transport,
    topology: 'full',
    stack: () => ({ discovery: false }),
  })
  expect(network.stacks.map(stack => stack.libp2p.getPeers().length)).toEqual([2, 2, 2])
  network.partition([0], [1, 2], 'cut')
  await until(() => network.node(0).getPeers().length === 0, { on: [[network.node(0), 'peer:disconnect']] })
  await expect(network.connect(0, 1)).rejects.toThrow('partition')
  network.heal()
  await network.connect(0, 1)
})

test('a stack can bootstrap from those before it', async () => {
  await using network = await createStackNetwork({
    size: 2,
    stack: (_, before) => ({ bootstrap: before.flatMap(stack => stack.libp2p.getMultiaddrs().map(String)) }),
  })
  await until(() => network.node(1).getPeers().length === 1, { on: [[network.node(1), 'peer:connect']] })
  expect(network.stack(1).libp2p.getPeers()[0]?.toString()).toBe(network.stack(0).peerId.toString())
})
