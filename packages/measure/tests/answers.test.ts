import { RefuseRequest } from '@stoa/direct'
import { eventually, until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { NOT_ARRIVED } from '../src/limits.ts'
import { hostileNode, MEASURE, probeOf } from './hostile.ts'
import { measureNetwork, measureOf, meshed } from './network.ts'
import type { DirectError } from '@stoa/direct'
import type { Answer } from '../src/gen/measure.js'
import type { MeasureInit } from '../src/index.ts'
import type { HostileNode } from './hostile.ts'
import type { MeasureNetwork } from './network.ts'

type Node = ReturnType<MeasureNetwork['node']>

interface Scene extends AsyncDisposable {
  network: MeasureNetwork
  author: HostileNode
  /** What the author got, from node 1. */
  answers: Answer[]
}

/** An author that writes its probes by hand and refuses the first answers, and one receiver. */
async function scene(refusals: number): Promise<Scene> {
  const network = await measureNetwork({ size: 2 }, index => (index === 0 ? undefined : {}))
  const author = hostileNode(network, 0)
  const answers: Answer[] = []
  let left = refusals
  await network.node(0).services.direct.handle(MEASURE, ({ answer }) => {
    if (left-- > 0) throw new RefuseRequest('not now')
    answers.push(answer!)
    return { taken: true }
  })
  await author.topic.ready()
  await meshed(network, 1)
  return { network, author, answers, [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() }
}

test('a run that lost a probe is answered when nothing more comes, and says which', async () => {
  await using made = await scene(0)
  const { network, author, answers } = made
  for (const seq of [2, 0]) await author.send({ seq, count: 3, intervalMs: 1 })
  await until(() => answers.length === 1)
  const { run, baseUs, afterUs, duplicates, receivedBytes } = answers[0]!
  expect(run).toEqual(probeOf().run)
  const view = new DataView(afterUs.buffer, afterUs.byteOffset)
  const [first, second, third] = [0, 4, 8].map(at => view.getUint32(at))
  expect([second, third]).toEqual([NOT_ARRIVED, 0])
  expect(first).toBeGreaterThan(0)
  expect(baseUs / 1_000).toBeCloseTo(Date.now(), -5)
  expect([duplicates, receivedBytes]).toEqual([0, 2 * receivedBytesOf(network)])
  expect(measureOf(network, 1).counters).toMatchObject({ runsSeen: 1, probesSeen: 2 })
  // what comes later changes nothing
  await author.send({ seq: 1, count: 3, intervalMs: 1 })
  await until(() => measureOf(network, 1).counters.probesSeen === 3)
  expect(answers).toHaveLength(1)
})

test('an answer that is refused is brought again, three times in all', async () => {
  await using made = await scene(5)
  const { network, author, answers } = made
  await author.send({ count: 1 })
  await eventually(() => expect(measureOf(network, 1).counters).toMatchObject({ answersLost: 1, answersSent: 0 }))
  // two of the five refusals are left
  await author.send({ count: 1, run: new Uint8Array(16) })
  await until(() => answers.length === 1)
  await eventually(() => expect(measureOf(network, 1).counters).toMatchObject({ answersLost: 1, answersSent: 1 }))
})

/** An author that the receiver hears through another, and does not know. `searched` is called after each try that did not find it. */
async function strangers(options: MeasureInit, searched: (receiver: Node, author: Node) => Promise<void>) {
  const network = await measureNetwork({ size: 3, topology: 'line' }, index => (index === 0 ? undefined : options))
  const [author, receiver] = [network.node(0), network.node(2)]
  const searches: string[] = []
  const { direct } = receiver.services
  const request = direct.request.bind(direct)
  direct.request = (async (...given: Parameters<typeof request>) => {
    try {
      return await request(...given)
    } catch (error) {
      searches.push((error as DirectError).code)
      await searched(receiver, author)
      throw error
    }
  }) as typeof request
  let answers = 0
  await author.services.direct.handle(MEASURE, (_request, { peer }) => {
    if (peer.equals(receiver.peerId)) answers++
    return { taken: true }
  })
  const hand = hostileNode(network, 0)
  await hand.topic.ready()
  await meshed(network, 1)
  await hand.send({ count: 1 })
  return {
    searches,
    counters: measureOf(network, 2).counters,
    answers: () => answers,
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  }
}

test('an author that nobody could find yet is looked for again', async () => {
  await using made = await strangers({}, async (receiver, author) => {
    await receiver.peerStore.patch(author.peerId, { multiaddrs: author.getMultiaddrs() })
  })
  await until(() => made.answers() === 1)
  expect(made.searches).toEqual(['not-found'])
  await eventually(() => expect(made.counters).toMatchObject({ answersSent: 1, answersLost: 0 }))
})

test('searches for authors are bounded as answers are', async () => {
  await using made = await strangers({ answersPerMinute: 2 }, async () => {})
  await eventually(() => expect(made.counters).toMatchObject({ answersSent: 0, answersLost: 1 }))
  expect(made.searches).toEqual(['not-found', 'not-found'])
})

/** Of each of the two equally long messages. */
function receivedBytesOf(network: MeasureNetwork): number {
  const { topics } = network.node(1).services.broadcast
  return topics.find(({ wireTopic }) => wireTopic === '/stoa/main/measure/all')!.counters.receivedBytes / 2
}
