import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { quietIdentify } from './quiet-identify.ts'
import type { IdentifyComponents } from '@libp2p/identify'
import type { Peer, PeerData } from '@libp2p/interface'

const ONION = `/onion3/${'a'.repeat(56)}:4001`

test('what others observe of us is not heard, and what we once signed in the open is not said', async () => {
  const privateKey = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(privateKey)
  const observed: unknown[] = []
  const stored: PeerData[] = []
  const record = async (...addresses: string[]): Promise<Uint8Array> => {
    const payload = new PeerRecord({ peerId, multiaddrs: addresses.map(address => multiaddr(address)) })
    return (await RecordEnvelope.seal(payload, privateKey)).marshal()
  }
  let held = await record(ONION, '/ip4/192.0.2.1/tcp/4001')
  const components = {
    nodeInfo: { userAgent: 'stoa' },
    logger: { forComponent: () => Object.assign(() => {}, { error() {}, trace() {} }) },
    events: { addEventListener() {} },
    addressManager: { addObservedAddr: (address: unknown) => void observed.push(address) },
    peerStore: {
      get: async () => ({ id: peerId, peerRecordEnvelope: held }) as unknown as Peer,
      patch: async (_: unknown, data: PeerData) => void stored.push(data),
    },
  } as unknown as IdentifyComponents

  const { components: seen } = quietIdentify()(components) as unknown as { components: IdentifyComponents }
  seen.addressManager.addObservedAddr(multiaddr('/ip4/192.0.2.1/udp/1/quic-v1'))
  expect(observed).toEqual([])
  expect((await seen.peerStore.get(peerId)).peerRecordEnvelope).toBeUndefined()
  await seen.peerStore.patch(peerId, { peerRecordEnvelope: held, protocols: ['/a'] })
  held = await record(ONION)
  expect((await seen.peerStore.get(peerId)).peerRecordEnvelope).toEqual(held)
  await seen.peerStore.patch(peerId, { peerRecordEnvelope: held })
  expect(stored).toEqual([{ protocols: ['/a'] }, { peerRecordEnvelope: held }])
})
