import { beforeAll, expect, test } from 'vitest'
import { build, IMPLEMENTATIONS, missingToolchain } from './implementations.ts'
import { Lab } from './lab.ts'
import { MixedNetwork } from './mixed-network.ts'
import { hearEachOther, messageId } from './pair-features.ts'
import { table } from './table.ts'

const NODES = 12
const MESSAGES = 1_000
/** On their way at once: enough to keep all busy, far below what a node may have unsent. */
const IN_FLIGHT = 20
const BUILD_TIMEOUT_MS = 1_200_000
const TIMEOUT_MS = 240_000
const DELIVERY_TIMEOUT_MS = 90_000

const kinds = IMPLEMENTATIONS.filter(kind => kind.inMixedNetwork !== undefined && missingToolchain(kind) === undefined)
beforeAll(() => kinds.forEach(build), BUILD_TIMEOUT_MS)

test(
  'in a network of all that speak gossipsub, every node gets every message once',
  { timeout: TIMEOUT_MS },
  async () => {
    await using lab = new Lab()
    await lab.run(async () => {
      const network = await MixedNetwork.start(lab, kinds, NODES)
      const { nodes, topic } = network
      await hearEachOther(topic, nodes)
      const before = await network.counts()

      const data = (index: number): string => Buffer.from(`message ${index} ${'.'.repeat(200)}`).toString('hex')
      const expected = Array.from({ length: MESSAGES }, (_, index) => data(index))
      const publishers = expected.entries()
      await Promise.all(
        Array.from({ length: IN_FLIGHT }, async () => {
          for (const [index, message] of publishers) {
            const { id } = await nodes[index % nodes.length]!.call('publish', { topic, data: message })
            expect(id).toBe(messageId(topic, message))
          }
        }),
      )

      for (const [at, node] of nodes.entries()) {
        // some hear their own
        const ofOthers = new Set(expected.filter((_, index) => index % nodes.length !== at))
        const isComplete = (all: string[]): boolean =>
          new Set(all.filter(each => ofOthers.has(each))).size === ofOthers.size
        const received = await node.peer.received(topic, isComplete, DELIVERY_TIMEOUT_MS)
        const counted = received.filter(message => ofOthers.has(message.data))
        expect(counted.length, `messages that ${node.name} was told`).toBe(ofOthers.size)
        for (const { id, data: message } of counted) expect(id).toBe(messageId(topic, message))
      }
      const rows = network
        .summary(before, await network.counts())
        .map(({ title, nodes: count, delivered, duplicates }) => [
          title,
          count,
          delivered,
          (duplicates / Math.max(1, delivered)).toFixed(2),
        ])
      console.log(table(['implementation', 'nodes', 'delivered', 'duplicates a message'], rows))
    })
  },
)
