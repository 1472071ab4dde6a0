import { identify, identifyPush } from '@libp2p/identify'
import { isOnionRecord } from '@stoa/discovery'
import { SLOW } from './slow.ts'
import type { Identify, IdentifyComponents, IdentifyPush, IdentifyPushComponents } from '@libp2p/identify'
import type { PeerStore } from '@libp2p/interface'

// What identify tells in Tor: the onion address, the protocols, and the two names that it has in the open too. It tells no observed
// address, because a remote address of a connection through Tor is none.

const TIMES = { timeout: SLOW.identifyTimeoutMs }

/** identify that believes nobody who says where we are, and keeps no record with an address outside of Tor. */
export function quietIdentify(): (components: IdentifyComponents) => Identify {
  return components => identify(TIMES)(quiet(components))
}

export function quietIdentifyPush(): (components: IdentifyPushComponents) => IdentifyPush {
  return components => identifyPush(TIMES)(quiet(components))
}

function quiet<T extends IdentifyComponents>(components: T): T {
  const { addressManager, peerStore } = components
  return overriding(components, {
    addressManager: overriding(addressManager, { addObservedAddr: () => {} }),
    peerStore: overriding(peerStore, { patch: withoutOtherRecords(peerStore), get: withoutOpenRecord(peerStore) }),
  } as Partial<T>)
}

/** Its signature keeps a record whole, so one that names other addresses is neither kept nor, by whoever reads it here, passed on. */
function withoutOtherRecords(peerStore: PeerStore): PeerStore['patch'] {
  return async (peer, { peerRecordEnvelope, ...data }, options) => {
    const isKept = peerRecordEnvelope !== undefined && isOnionRecord(peerRecordEnvelope)
    return peerStore.patch(peer, isKept ? { ...data, peerRecordEnvelope } : data, options)
  }
}

/** A record that an earlier run made of this very node, in the open, is not sent. libp2p 3.3 keeps none of its own. */
function withoutOpenRecord(peerStore: PeerStore): PeerStore['get'] {
  return async (id, options) => {
    const { peerRecordEnvelope, ...peer } = await peerStore.get(id, options)
    const isKept = peerRecordEnvelope !== undefined && isOnionRecord(peerRecordEnvelope)
    return isKept ? { ...peer, peerRecordEnvelope } : peer
  }
}

/** An object as it is, but for some of its members. */
function overriding<T extends object>(target: T, overrides: Partial<T>): T {
  return new Proxy(target, {
    get(inner, name) {
      const own: unknown = Reflect.get(overrides, name)
      if (own !== undefined) return own
      const value: unknown = Reflect.get(inner, name, inner)
      return typeof value === 'function' ? value.bind(inner) : value
    },
  })
}
