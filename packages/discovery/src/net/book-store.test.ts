import { expect, test } from 'vitest'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import { Key } from 'interface-datastore'
import { BookStore } from './book-store.ts'
import type { BookEntry } from '../core/model.ts'

const newPeer = async () => peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString()
const entry = (peer: string): BookEntry => ({
  peer,
  addresses: [
    { address: '/ip4/192.0.2.1/tcp/4001', certified: true, lastSuccessMs: 1_700_000_000_000, failures: 0 },
    { address: '/dns6/example.org/tcp/443/tls/ws', certified: false, lastSuccessMs: undefined, failures: 3 },
  ],
  source: 'exchange',
  origin: { network: 'ip4/192.0', teller: 'somebody' },
  seq: 2n ** 63n,
  firstHeardMs: 1,
  lastHeardMs: 2,
  lastTriedMs: undefined,
  lastSuccessMs: 1_700_000_000_000,
  successes: 4,
  failures: 0,
  retryAtMs: 0,
})

async function keysOf(datastore: MemoryDatastore): Promise<string[]> {
  const keys: string[] = []
  for await (const key of datastore.queryKeys({})) keys.push(key.toString())
  return keys
}

test('what is stored and flushed is there after a restart, and what is forgotten is not', async () => {
  const datastore = new MemoryDatastore()
  const [kept, forgotten] = [entry(await newPeer()), entry(await newPeer())]
  const store = new BookStore(datastore, 'main')
  store.store(kept)
  store.store(forgotten)
  await store.flush()
  store.forget(forgotten.peer)
  await store.flush()
  expect(await new BookStore(datastore, 'main').load(10)).toEqual([kept])
})

test('networks on one datastore have books of their own', async () => {
  const datastore = new MemoryDatastore()
  const store = new BookStore(datastore, 'main')
  store.store(entry(await newPeer()))
  await store.flush()
  expect(await new BookStore(datastore, 'mai').load(10)).toEqual([])
})

test('what cannot be read is deleted, and keeps nothing else from being read', async () => {
  const datastore = new MemoryDatastore()
  const good = entry(await newPeer())
  const store = new BookStore(datastore, 'main')
  store.store(good)
  await store.flush()
  await datastore.put(new Key(`/stoa-discovery/main/${await newPeer()}`), Uint8Array.of(1, 2, 3))
  await datastore.put(new Key('/stoa-discovery/main/nobody'), Uint8Array.of())
  expect(await new BookStore(datastore, 'main').load(10)).toEqual([good])
  expect(await keysOf(datastore)).toEqual([`/stoa-discovery/main/${good.peer}`])
})

test('no more is read than the book may hold, and the rest is deleted', async () => {
  const datastore = new MemoryDatastore()
  const store = new BookStore(datastore, 'main')
  for (let n = 0; n < 5; n++) store.store(entry(await newPeer()))
  await store.flush()
  expect(await new BookStore(datastore, 'main').load(3)).toHaveLength(3)
  expect(await keysOf(datastore)).toHaveLength(3)
})

test('a write that fails is made up for by the next', async () => {
  const datastore = new MemoryDatastore()
  const batch = datastore.batch.bind(datastore)
  const store = new BookStore(datastore, 'main')
  store.store(entry(await newPeer()))
  datastore.batch = () => ({ ...batch(), put() {}, delete() {}, commit: () => Promise.reject(new Error('disk full')) })
  await expect(store.flush()).rejects.toThrow('disk full')
  datastore.batch = batch
  await store.flush()
  expect(await keysOf(datastore)).toHaveLength(1)
})
