import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { onionOnly } from './onion-only.ts'
import type { OpenTor } from './open-tor.ts'
import type { PeerId } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'

const ONION = multiaddr(`/onion3/${'a'.repeat(56)}:4001`)
const CLEAR = multiaddr('/ip4/192.0.2.1/tcp/4001')
const transport = (() => {}) as unknown as OpenTor['transport']
const walled = (composed: Libp2pOptions): Libp2pOptions => onionOnly(composed, { transport } as OpenTor)
const somebody = (await generateKeyPair('Ed25519')).publicKey as unknown as PeerId

test('there is one transport, and nothing that finds peers by itself', () => {
  const other = (() => {}) as never
  const options = walled({ transports: [other], peerDiscovery: [other], peerRouters: [other], contentRouters: [other] })
  expect(options.transports).toEqual([transport])
  expect([options.peerDiscovery, options.peerRouters, options.contentRouters]).toEqual([[], [], []])
})

test('nothing resolves a name', async () => {
  const options = walled({ connectionManager: { resolvers: { dnsaddr: {} as never }, maxConnections: 7 } })
  expect(options.connectionManager).toEqual({ resolvers: {}, maxConnections: 7 })
  await expect(options.dns?.query('example.org')).rejects.toMatchObject({ code: 'clearnet-address' })
})

test('of what is announced, onion addresses are left, whoever added to it', () => {
  const options = walled({
    addresses: { listen: [String(ONION)], appendAnnounce: [String(CLEAR)], announceFilter: all => all },
  })
  expect(options.addresses?.announceFilter?.([CLEAR, ONION])).toEqual([ONION])
  expect(options.addresses).toMatchObject({ listen: [String(ONION)] })
  expect(options.addresses).not.toHaveProperty('appendAnnounce')
})

test('a gater of the application can deny more, and nothing less', async () => {
  const seen: string[] = []
  class Gater {
    readonly #denied = String(ONION)
    async denyDialMultiaddr(address: typeof ONION) {
      seen.push(String(address))
      return String(address) === this.#denied
    }
    async denyDialPeer() {
      return this.#denied !== ''
    }
  }
  const { connectionGater } = walled({ connectionGater: new Gater() })
  expect(await connectionGater?.denyDialMultiaddr?.(CLEAR)).toBe(true)
  expect(await connectionGater?.denyDialMultiaddr?.(ONION)).toBe(true)
  expect(await connectionGater?.denyDialPeer?.(somebody)).toBe(true)
  expect(seen).toEqual([String(ONION)])
  expect(await walled({}).connectionGater?.denyDialMultiaddr?.(CLEAR)).toBe(true)
  expect(await walled({}).connectionGater?.denyDialMultiaddr?.(ONION)).toBe(false)
})

test('the peer store takes onion addresses alone, and of those what the application lets in', async () => {
  const none = walled({ connectionGater: { filterMultiaddrForPeer: async () => false } }).peerStore?.addressFilter
  const all = walled({ peerStore: { addressFilter: async () => true } }).peerStore?.addressFilter
  expect(await none?.(somebody, ONION)).toBe(false)
  expect([await all?.(somebody, ONION), await all?.(somebody, CLEAR)]).toEqual([true, false])
})
