import { expect } from 'vitest'
import { until } from '@stoa/testkit'
import type { ListedOffer, RecordFields } from './commands.ts'
import type { Feature } from './features.ts'
import type { NetworkFeature } from './network-features.ts'
import type { Node } from './node.ts'

const SEED = '1f'.repeat(32)
const HOUR_MS = 3_600_000
const SYNC_TIMEOUT_MS = 45_000

export const OFFER_FEATURES: Partial<Record<Feature, NetworkFeature>> = {
  records: async (lab, kind) => {
    const [ours, theirs] = await Promise.all([lab.start('ours', 'ours'), lab.start(kind.name, kind)])
    for (const fields of RECORDS) {
      const signed = await Promise.all([ours, theirs].map(node => node.call('record-sign', { fields })))
      // Ed25519 and the encoding leave no choice
      expect(signed[0]).toEqual(signed[1])
      const { bytes } = signed[0]!
      for (const node of [ours, theirs]) {
        expect(await node.call('record-verify', { bytes, network: fields.network })).toMatchObject({ valid: true })
        expect(await node.call('record-verify', { bytes, network: 'another' })).toMatchObject({ valid: false })
        const forged = bytes.replace(/.$/, digit => (digit === '0' ? '1' : '0'))
        expect(await node.call('record-verify', { bytes: forged, network: fields.network })).toMatchObject({
          valid: false,
        })
      }
    }
  },

  offers: async (lab, kind) => {
    const [ours, theirs] = await Promise.all([lab.start('ours', 'ours'), lab.start(kind.name, kind)])
    for (const node of [ours, theirs]) {
      await node.call('offers')
      // there before they meet: anti-entropy has to bring it
      await put(node, `${node.name} before`)
    }
    await theirs.dial(ours)
    await sync(theirs, ours)
    await bothList([ours, theirs], ['ours before', `${kind.name} before`])
    // told while they are connected: gossip may bring it too
    for (const node of [ours, theirs]) await put(node, `${node.name} after`)
    await bothList([ours, theirs], ['ours before', `${kind.name} before`, 'ours after', `${kind.name} after`])
  },

  reconcile: async (lab, kind) => {
    const [ours, theirs] = await Promise.all([lab.start('ours', 'ours'), lab.start(kind.name, kind)])
    await theirs.call('offers')
    const names = (node: Node): string[] => Array.from({ length: OF_EACH }, (_, index) => `${node.name} ${index}`)
    for (const node of [ours, theirs]) await putAll(node, names(node))
    await theirs.dial(ours)
    const { rounds } = await theirs.call('sync', { peer: ours.id }, SYNC_TIMEOUT_MS)
    expect(rounds).toBeGreaterThan(0)
    await bothList([ours, theirs], [ours, theirs].flatMap(names))
  },
}

/** Together 10,000 records. */
const OF_EACH = 5_000
/** What waits for its answer at one time: a node signs and stores them one by one. */
const AT_ONCE = 64

async function putAll(node: Node, names: readonly string[]): Promise<void> {
  const left = names.values()
  const work = async (): Promise<void> => {
    for (const name of left) await put(node, name)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

const NAMES = ['00', '62696379636c65', 'ff'.repeat(64)]

const RECORDS: RecordFields[] = NAMES.map((name, index) => ({
  network: 'interop',
  seed: SEED,
  space: 'offers/interop',
  name,
  seq: 1_795_262_400_000 + index,
  createdMs: 1_795_262_400_000,
  expiresMs: 1_795_262_400_000 + HOUR_MS,
  holdsMs: 1_795_262_400_000 + HOUR_MS,
  // the last one is a removal
  ...(index === NAMES.length - 1 ? {} : { body: 'b0'.repeat(index * 8_000) }),
}))

async function put(node: Node, name: string): Promise<void> {
  await node.call('offer-put', { market: 'interop', name, body: Buffer.from(name).toString('hex'), ttlMs: HOUR_MS })
}

/** Stoa begins sessions by itself; another implementation may have to be told. */
async function sync(theirs: Node, ours: Node): Promise<void> {
  await theirs.call('sync', { peer: ours.id })
}

async function bothList(nodes: readonly Node[], names: readonly string[]): Promise<void> {
  const lists: ListedOffer[][] = []
  for (const node of nodes) {
    const list = await until(
      async () => {
        const { offers } = await node.call('offers-list')
        return offers.length >= names.length ? offers : undefined
      },
      { timeoutMs: SYNC_TIMEOUT_MS, what: `${names.length} offers at ${node.name}` },
    )
    expect(list.map(({ name }) => name).toSorted()).toEqual([...names].toSorted())
    for (const { name, body } of list) expect(Buffer.from(body, 'hex').toString()).toBe(name)
    lists.push(list.toSorted((a, b) => (a.key < b.key ? -1 : 1)))
  }
  expect(lists[0]).toEqual(lists[1])
}
