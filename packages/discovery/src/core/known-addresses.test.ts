import { expect, test } from 'vitest'
import fc from 'fast-check'
import { afterReaching, afterTrying, dialOrder, mergeAddresses } from './known-addresses.ts'
import type { KnownAddress } from './model.ts'

const unsigned = (address: string): KnownAddress => ({ address, certified: false, failures: 0 })
const signed = (address: string): KnownAddress => ({ address, certified: true, failures: 0 })
const texts = (known: readonly KnownAddress[]) => known.map(({ address }) => address)

test('a newer signed record replaces the addresses of the one before', () => {
  const merged = mergeAddresses([signed('old')], { peer: 'p', addresses: ['new'] }, { signed: true, max: 1 })
  expect(merged).toEqual([signed('new')])
})

test('where we have reached a peer stays when its record does not name it', () => {
  const reached = afterReaching([], 'here', 1_000, 8)
  const merged = mergeAddresses(reached, { peer: 'p', addresses: ['there'] }, { signed: true, max: 8 })
  expect(texts(merged)).toEqual(['there', 'here'])
})

test('hearsay never pushes out what the peer has signed', () => {
  const address = fc.integer({ min: 0, max: 40 }).map(port => `/ip4/1.2.3.4/tcp/${port}`)
  const some = fc.uniqueArray(address, { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(some, fc.array(some, { maxLength: 20 }), (own, rumours) => {
      const first = mergeAddresses([], { peer: 'p', addresses: own }, { signed: true, max: 8 })
      const last = rumours.reduce(
        (known, addresses) => mergeAddresses(known, { peer: 'p', addresses }, { signed: false, max: 8 }),
        first,
      )
      expect(last.length).toBeLessThanOrEqual(8)
      expect(texts(last)).toEqual(expect.arrayContaining(own.slice(0, 6)))
    }),
  )
})

test('a LAN address that changed finds room beside a full signed record', () => {
  const own = Array.from({ length: 8 }, (_, at) => `/ip4/1.2.3.4/tcp/${at}`)
  const known = mergeAddresses([], { peer: 'p', addresses: own }, { signed: true, max: 8 })
  const merged = mergeAddresses(known, { peer: 'p', addresses: ['/ip4/192.168.0.9/tcp/1'] }, { signed: false, max: 8 })
  expect(texts(merged)).toContain('/ip4/192.168.0.9/tcp/1')
})

test('an address is tried first where the peer was last reached, and last where it failed', () => {
  const known = [
    { ...unsigned('failing'), failures: 2 },
    unsigned('rumour'),
    signed('signed'),
    { ...unsigned('reached'), lastSuccessMs: 5 },
  ]
  expect(texts(dialOrder(known))).toEqual(['reached', 'signed', 'rumour', 'failing'])
})

test('where somebody else answered is forgotten, where nobody did is counted, where we may not dial is left alone', () => {
  const tried = [
    { address: 'foreign', outcome: 'wrong-identity' as const },
    { address: 'dead', outcome: 'unreachable' as const },
    { address: 'gated', outcome: 'denied' as const },
  ]
  expect(afterTrying(['foreign', 'dead', 'gated'].map(unsigned), tried)).toEqual([
    { ...unsigned('dead'), failures: 1 },
    unsigned('gated'),
  ])
})
