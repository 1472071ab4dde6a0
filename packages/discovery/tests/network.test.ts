import { afterEach, describe, expect, test } from 'vitest'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { until } from '@stoa/testkit'
import { MemoryDatastore } from 'datastore-core'
import { addressOf, bareAddressOf, startNode, stopAll } from './node.ts'
import type { NodeInit, TestNode } from './node.ts'

const nodes: TestNode[] = []
const open = async (init: NodeInit = {}) => {
  const node = await startNode(init)
  nodes.push(node)
  return node
}
const connected = (node: TestNode) => node.services.discovery.status().connected
/** Wakes on what changes the answer of `status()`. */
const on = (...watched: TestNode[]) => ({
  on: watched.map(node => [node, 'peer:connect', 'peer:disconnect', 'peer:identify'] as const),
})

afterEach(() => stopAll(nodes.splice(0)))

describe('twenty nodes that know one address', () => {
  test('all reach their target; with that address gone, one that restarts comes back by its own address book', async () => {
    const first = await open()
    const bootstrap = [addressOf(first)]
    const datastore = new MemoryDatastore()
    const privateKey = await generateKeyPair('Ed25519')
    const returning = await open({ bootstrap, datastore, privateKey })
    for (let n = 0; n < 18; n++) await open({ bootstrap })
    await until(() => nodes.every(node => connected(node) >= 12), {
      timeoutMs: 30_000,
      what: () => nodes.map(connected).join(' '),
    })

    await first.stop()
    await returning.stop()
    const again = await open({ bootstrap, datastore, privateKey })
    await until(() => connected(again) >= 12, { timeoutMs: 30_000, what: () => `${connected(again)} peers` })
    expect(again.services.discovery.status().proven).toBeGreaterThan(0)
  })
})

test('a bootstrap node that comes up after its clients is found by their retries', async () => {
  const privateKey = await generateKeyPair('Ed25519')
  const probe = await open({ privateKey })
  const address = addressOf(probe)
  await probe.stop()
  const early = await open({ bootstrap: [address] })
  await until(() => early.services.discovery.status().sources.bootstrap.dialsFailed > 0)
  const late = await open({ privateKey, listen: [address.split('/p2p/')[0] ?? ''] })
  await until(() => connected(early) === 1 && connected(late) === 1)
  expect(early.services.discovery.status().sources.bootstrap.dialsSucceeded).toBe(1)
})

test('a bootstrap address need not say who answers there', async () => {
  const first = await open()
  const second = await open({ bootstrap: [bareAddressOf(first)] })
  await until(() => connected(second) === 1)
  const [row] = second.services.discovery.peers()
  expect(row).toMatchObject({
    source: 'bootstrap',
    successes: 1,
    connected: { direction: 'outbound', standing: 'member' },
  })
  expect(row?.peer.equals(first.peerId)).toBe(true)
})

test('a list of bootstrap nodes may contain the node itself', async () => {
  const first = await open({ listen: ['/ip4/127.0.0.1/tcp/0'] })
  const address = bareAddressOf(first)
  const privateKey = await generateKeyPair('Ed25519')
  const port = address.split('/')[4] ?? ''
  await first.stop()
  const second = await open()
  const self = await open({
    privateKey,
    listen: [`/ip4/127.0.0.1/tcp/${port}`],
    bootstrap: [address, addressOf(second)],
  })
  await until(() => connected(self) === 1)
  expect(self.getPeers().map(String)).toEqual([second.peerId.toString()])
  expect(peerIdFromPrivateKey(privateKey).equals(self.peerId)).toBe(true)
})

test('whoever answers at an address of somebody else is not connected to', async () => {
  const impostor = await open()
  const somebody = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  const node = await open({ bootstrap: [`${bareAddressOf(impostor)}/p2p/${somebody.toString()}`] })
  await until(() => node.services.discovery.status().sources.bootstrap.dialsFailed > 0)
  expect(node.getConnections()).toEqual([])
})

test('a peer of another network takes nobody’s place and is let go', async () => {
  const foreign = await open({ network: 'elsewhere' })
  const friend = await open({ network: 'here' })
  const node = await open({ network: 'here', bootstrap: [addressOf(foreign), addressOf(friend)], strangerGraceMs: 50 })
  await until(() => connected(node) === 1, on(node))
  await until(() => node.getPeers().length === 1, on(node))
  expect(node.getPeers().map(String)).toEqual([friend.peerId.toString()])
  expect(node.services.discovery.peers().map(({ peer }) => peer.toString())).toEqual([friend.peerId.toString()])
})

test('what the connection gater denies is not dialled', async () => {
  // content with whom it has, so that it does not come to us instead
  const denied = await open({ targetPeers: 0, minOutboundPeers: 0 })
  const friend = await open({ bootstrap: [addressOf(denied)] })
  await until(() => connected(friend) === 1 && connected(denied) === 1)
  const connectionGater = {
    denyDialPeer: (peer: { toString: () => string }) => peer.toString() === denied.peerId.toString(),
  }
  const node = await open({ bootstrap: [addressOf(friend)], libp2p: { connectionGater } })
  await until(() => connected(node) === 1 && node.services.discovery.status().known === 2)
  await until(() => node.services.discovery.status().sources.exchange.dialsFailed > 0)
  expect(node.getPeers().map(String)).toEqual([friend.peerId.toString()])
})

test('events tell of peers found, of the target reached, and of it lost', async () => {
  const first = await open()
  const second = await open({ bootstrap: [addressOf(first)], targetPeers: 1, libp2p: { start: false } })
  const told: string[] = []
  for (const type of ['peer:found', 'target:reached', 'target:lost'] as const) {
    second.services.discovery.addEventListener(type, () => told.push(type))
  }
  await second.start()
  await until(() => told.includes('target:reached'))
  await first.stop()
  await until(() => told.includes('target:lost'))
  expect(told).toEqual(['peer:found', 'target:reached', 'target:lost'])
})

test('a node finds another through what mDNS tells', async () => {
  const first = await open()
  const multicast = new EventTarget()
  const second = await open({ mdns: () => multicast as never })
  multicast.dispatchEvent(new CustomEvent('peer', { detail: { id: first.peerId, multiaddrs: first.getMultiaddrs() } }))
  await until(() => connected(second) === 1)
  expect(second.services.discovery.peers()[0]).toMatchObject({ source: 'mdns' })
})

test('libp2p finds a peer that only an acquaintance knows, by the network’s own DHT', async () => {
  const middle = await open({ targetPeers: 0 })
  const aims = { targetPeers: 1, minOutboundPeers: 0, bootstrap: [addressOf(middle)] }
  const [left, right] = [await open(aims), await open(aims)]
  await until(() => connected(left) === 1 && connected(right) === 1)
  const found = await until(() =>
    left.peerRouting.findPeer(right.peerId, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined),
  )
  expect(found.multiaddrs.map(String).join()).toContain('/ip4/127.0.0.1/tcp/')
  await left.dial(right.peerId)
})

test('a service that was stopped starts again', async () => {
  const first = await open()
  const second = await open({ bootstrap: [addressOf(first)] })
  await until(() => connected(second) === 1)
  await second.stop()
  await second.start()
  await until(() => connected(second) === 1)
  expect(second.services.discovery.peers()[0]).toMatchObject({ successes: 2 })
})
