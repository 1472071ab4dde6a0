import { expect } from 'vitest'
import { until } from '@stoa/testkit'
import { hearEachOther } from './pair-features.ts'
import { newTopic } from './node.ts'
import { MAIL_FEATURES } from './mail-features.ts'
import { OFFER_FEATURES } from './offer-features.ts'
import type { Feature } from './features.ts'
import type { Implementation } from './implementations.ts'
import type { Lab } from './lab.ts'
import type { Kind, Node } from './node.ts'

export type NetworkFeature = (lab: Lab, kind: Implementation) => Promise<void>

/** What needs nodes of its own: a test starts them in its lab. */
export const NETWORK_FEATURES: Partial<Record<Feature, NetworkFeature>> = {
  validation: async (lab, kind) => {
    await passesOnOnlyWhatIsValid(lab, 'ours', kind)
    await passesOnOnlyWhatIsValid(lab, kind, 'ours')
  },

  recovery: async (lab, kind) => {
    await asksForWhatItMissed(lab, kind)
    await answersWhoMissedIt(lab, kind)
  },

  dht: async (lab, kind) => {
    await findsThrough(lab, { finder: 'ours', middle: kind, target: 'ours' })
    await findsThrough(lab, { finder: kind, middle: 'ours', target: kind })
  },

  vectors: async (lab, kind) => {
    const node = await lab.start(`${kind.name} with vectors`, kind)
    const { checked, failures } = await node.call('vectors', { dir: VECTORS }, VECTORS_TIMEOUT_MS)
    expect(failures).toEqual([])
    expect(Object.keys(checked)).not.toEqual([])
  },

  ...OFFER_FEATURES,
  ...MAIL_FEATURES,
}

const VECTORS = new URL('../../spec/vectors', import.meta.url).pathname
const VECTORS_TIMEOUT_MS = 120_000

/** A limit that one node of a topic has and the others do not: what is longer ends at it. */
const LOW_LIMIT_BYTES = 1_000

/** edge — middle — edge: what the middle refuses, the far edge never gets. */
async function passesOnOnlyWhatIsValid(lab: Lab, edges: Kind, middle: Kind): Promise<void> {
  const nameOf = (kind: Kind): string => (kind === 'ours' ? 'ours' : kind.name)
  const [near, between, far] = await Promise.all([
    lab.start(`near-${nameOf(edges)}`, edges),
    lab.start(`between-${nameOf(middle)}`, middle),
    lab.start(`far-${nameOf(edges)}`, edges),
  ])
  const topic = newTopic()
  await near.dial(between)
  await between.dial(far)
  await between.call('subscribe', { topic, size: LOW_LIMIT_BYTES })
  for (const node of [near, far]) await node.call('subscribe', { topic })
  await hearEachOther(topic, [near, between, far])

  const [invalid, valid] = ['bad0'.repeat(LOW_LIMIT_BYTES), '900d']
  await near.call('publish', { topic, data: invalid })
  await near.call('publish', { topic, data: valid })
  for (const node of [between, far]) {
    const messages = await node.peer.received(topic, all => all.includes(valid))
    expect(messages.map(({ data }) => data)).not.toContain(invalid)
  }
}

/** The only neighbour of the implementation is in no mesh: what it hears of by IHAVE it has to ask for by IWANT. */
async function asksForWhatItMissed(lab: Lab, kind: Implementation): Promise<void> {
  const [outside, publisher, asker] = await Promise.all([
    lab.start('ours-that-is-in-no-mesh', 'ours', { outsideMesh: true }),
    lab.start('ours-that-publishes', 'ours'),
    lab.start(`${kind.name}-that-asks`, kind),
  ])
  const { topic } = await lineWith(outside, [publisher, asker])
  await recovers(publisher, asker, topic)
  const { iwantReceived } = await outside.call('counts', { topic })
  expect(iwantReceived).toBeGreaterThan(0)
}

/** The implementation's neighbour refuses to be in its mesh, hears by IHAVE, and asks. */
async function answersWhoMissedIt(lab: Lab, kind: Implementation): Promise<void> {
  const [outside, publisher, middle] = await Promise.all([
    lab.start('ours-that-asks', 'ours', { outsideMesh: true }),
    lab.start('ours-that-publishes-too', 'ours'),
    lab.start(`${kind.name}-that-answers`, kind),
  ])
  const topic = newTopic()
  await publisher.dial(middle)
  // a node out of the mesh takes in whom it dialled, so it must be dialled
  await middle.dial(outside)
  for (const node of [outside, publisher, middle]) await node.call('subscribe', { topic })
  await recovers(publisher, outside, topic, async () => {
    const { iwantSent = 0 } = await outside.call('counts', { topic })
    return iwantSent > 0
  })
}

async function lineWith(middle: Node, ends: readonly Node[]): Promise<{ topic: string }> {
  const topic = newTopic()
  for (const node of ends) await node.dial(middle)
  for (const node of [middle, ...ends]) await node.call('subscribe', { topic })
  return { topic }
}

const MAX_PUBLISHED = 10
/** Some heartbeats of 1 s. */
const RECOVERY_TIMEOUT_MS = 4_000

/** Publishes until one message has got there as it should: the first ones may go before all know who is on the topic, or to a mesh that is pruned just then. */
async function recovers(
  publisher: Node,
  receiver: Node,
  topic: string,
  isAsIntended: () => Promise<boolean> = async () => true,
): Promise<void> {
  for (let round = 0; round < MAX_PUBLISHED; round++) {
    const data = Buffer.from(`message ${round}`).toString('hex')
    await publisher.call('publish', { topic, data })
    const got = await receiver.peer
      .received(topic, all => all.includes(data), RECOVERY_TIMEOUT_MS)
      .then(
        () => true,
        () => false,
      )
    if (got && (await isAsIntended())) return
  }
  throw new Error(`${receiver.name} has recovered none of ${MAX_PUBLISHED} messages by IWANT`)
}

interface Search {
  finder: Kind
  middle: Kind
  target: Kind
}

/** Both know the one in the middle, which has to tell the one of the other. */
async function findsThrough(lab: Lab, kinds: Search): Promise<void> {
  const suffix = kinds.finder === 'ours' ? 'of-ours' : `of-${kinds.finder.name}`
  const [finder, middle, target] = await Promise.all([
    lab.start(`finder-${suffix}`, kinds.finder),
    lab.start(`middle-${suffix}`, kinds.middle),
    lab.start(`target-${suffix}`, kinds.target),
  ])
  const nodes = [finder, middle, target]
  for (const node of nodes) await node.call('dht', { protocol: '/stoa/interop/kad/1.0.0' })
  await target.dial(middle)
  await finder.dial(middle)
  // the middle has to have seen by identify that the target serves the DHT
  const addresses = await until(
    async () => {
      const found = await finder.call('find-peer', { peer: target.id }).catch(() => ({ addrs: [] }))
      return found.addrs.length > 0 ? found.addrs : undefined
    },
    { what: `${finder.name} to find ${target.name} through ${middle.name}`, timeoutMs: FIND_TIMEOUT_MS },
  )
  expect(addresses.some(address => address.includes('/tcp/'))).toBe(true)
}

const FIND_TIMEOUT_MS = 45_000
