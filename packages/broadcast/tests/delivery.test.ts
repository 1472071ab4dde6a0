import { json, text } from '@stoa/codec'
import { until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { broadcastNetwork } from './network.ts'

test.each(['memory', 'tcp'] as const)(
  'a value reaches the other node over %s, with its id and who handed it over',
  async transport => {
    await using network = await broadcastNetwork({ size: 2, transport })
    const [alice, bob] = network.nodes
    const here = alice!.services.broadcast.topic('chat', json<{ say: string }>())
    const there = bob!.services.broadcast.topic('chat', json<{ say: string }>())
    const inbox = there.messages()
    await here.ready()
    const published = await here.publish({ say: 'hello' })
    expect(published).toMatchObject({ recipients: 1, duplicate: false })
    const { value: message } = await inbox.next()
    expect(message).toMatchObject({ value: { say: 'hello' }, id: published.id, from: undefined })
    expect(message!.receivedFrom.equals(alice!.peerId)).toBe(true)
    expect(there.counters.delivered).toBe(1)
  },
)

test('seven nodes in a line get every message once each', async () => {
  await using network = await broadcastNetwork({ size: 7, topology: 'line' })
  const topics = network.nodes.map(node => node.services.broadcast.topic('line', text))
  const inboxes = topics.map(topic => topic.messages())
  await Promise.all(topics.map((topic, index) => topic.ready({ peers: index === 0 || index === 6 ? 1 : 2 })))
  await until(() => topics.every((topic, index) => topic.meshSize >= (index === 0 || index === 6 ? 1 : 2)))
  await Promise.all(topics.map((topic, index) => topic.publish(`from ${index}`)))
  for (const [index, inbox] of inboxes.entries()) {
    const heard = []
    for (let i = 0; i < 6; i++) heard.push((await inbox.next()).value!.value)
    const others = [0, 1, 2, 3, 4, 5, 6].filter(other => other !== index).map(other => `from ${other}`)
    expect(heard.toSorted()).toEqual(others)
  }
  expect(topics.map(topic => topic.counters.delivered)).toEqual([6, 6, 6, 6, 6, 6, 6])
})
