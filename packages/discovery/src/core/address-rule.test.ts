import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULTS } from '../options.ts'
import { isOnion } from './address-rule.ts'
import { DiscoveryCore } from './core.ts'
import type { BookEntry, Event } from './model.ts'

const HOST = 'a'.repeat(56)

test('an onion service of version 3 is one', () => {
  expect(isOnion(`/onion3/${HOST}:4001`)).toBe(true)
})

test.each([
  ['/ip4/192.0.2.1/tcp/4001'],
  ['/ip6/2001:db8::1/tcp/4001'],
  ['/dns4/example.org/tcp/4001'],
  ['/dnsaddr/example.org'],
  ['/ip4/127.0.0.1/udp/5353'],
  ['/onion/aaimaq4ygg2iegci:80'],
  [`/dns4/${HOST}.onion/tcp/4001`],
  [`/onion3/${HOST}:4001/p2p/12D3KooWHfYyqLWFJ9JJzBqdAwjgGLhZ9KU6wTKy7DmzDVBWpLjL/p2p-circuit`],
  [`/onion3/${HOST}:4001/ip4/192.0.2.1/tcp/4001`],
  [`/onion3/${HOST}:4001/http`],
  [`/ip4/192.0.2.1/tcp/9050/onion3/${HOST}:4001`],
  [`/onion3/${HOST}:0`],
  [`/onion3/${HOST.slice(1)}:4001`],
  ['/p2p-circuit'],
  ['/'],
  [''],
])('%s is none', address => {
  expect(isOnion(address)).toBe(false)
})

const onion = (n: number): string => `/onion3/${String.fromCharCode(97 + (n % 26)).repeat(56)}:4001`
const anywhere = fc.oneof(
  fc.integer({ min: 0, max: 25 }).map(onion),
  fc.constantFrom(
    '/ip4/192.0.2.1/tcp/4001',
    '/dns4/example.org/tcp/443/wss',
    '/dnsaddr/example.org',
    '/ip4/10.0.0.1/tcp/4001',
    '/ip4/127.0.0.1/udp/5353',
    `${onion(1)}/p2p/12D3KooW/p2p-circuit`,
  ),
)
const peer = fc.integer({ min: 0, max: 9 }).map(n => `p${n}`)
const heard = fc.record({
  peer,
  addresses: fc.array(anywhere, { maxLength: 6 }),
  seq: fc.constantFrom(undefined, 1n, 2n),
})
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ type: fc.constant('heard' as const), source: fc.constantFrom('mdns', 'dht'), peers: fc.array(heard) }),
  fc.record({ type: fc.constant('told' as const), peer, peers: fc.array(heard), forged: fc.constant(false) }),
  fc.record({
    type: fc.constant('connected' as const),
    peer,
    address: anywhere,
    direction: fc.constantFrom('inbound', 'outbound'),
  }),
  fc.record({
    type: fc.constant('identified' as const),
    peer,
    member: fc.boolean(),
    heard: fc.option(heard, { nil: undefined }),
  }),
  fc.record({ type: fc.constant('disconnected' as const), peer }),
  fc.record({ type: fc.constant('dialled' as const), key: peer, peer, tried: fc.constant([]) }),
  fc.record({ type: fc.constant('dial-failed' as const), key: peer, tried: fc.constant([]) }),
  fc.constant({ type: 'tick' as const }),
)
const stored = fc.array(anywhere, { minLength: 1, maxLength: 6 }).map((addresses): BookEntry => ({
  peer: 'p0',
  addresses: addresses.map(address => ({ address, certified: false, failures: 0 })),
  source: 'exchange',
  origin: { network: 'n', teller: 't' },
  seq: 0n,
  firstHeardMs: 0,
  lastHeardMs: 0,
  successes: 0,
  failures: 0,
  retryAtMs: 0,
}))

const textsOf = ({ addresses }: BookEntry): string[] => addresses.map(({ address }) => address)

test('whatever a node is told, by whomever, it keeps, writes and dials onion services alone', () => {
  fc.assert(
    fc.property(fc.array(stored, { maxLength: 1 }), fc.array(event, { maxLength: 60 }), (entries, events) => {
      const limits = { ...DEFAULTS, yieldMs: 0 }
      const core = new DiscoveryCore({ self: 'self', limits, allows: isOnion, draw: () => 0.5 }, 0)
      const effects = core.handle({ type: 'start', entries, bootstrap: [] }, 0)
      events.forEach((one, index) => effects.push(...core.handle(one, index * 1_000)))
      const used = effects.flatMap(effect => {
        if (effect.type === 'dial') return effect.addresses
        return effect.type === 'store' ? textsOf(effect.entry) : []
      })
      expect([...used, ...core.entries().flatMap(textsOf)].filter(address => !isOnion(address))).toEqual([])
    }),
  )
})

test('what is on the disk from before the rule is gone from there too, and counted', () => {
  const [entry] = fc.sample(stored, 1)
  const addresses = ['/ip4/192.0.2.1/tcp/4001', '/dns4/example.org/tcp/443'].map(address => ({
    address,
    certified: true,
    failures: 0,
  }))
  const core = new DiscoveryCore({ self: 'self', limits: DEFAULTS, allows: isOnion, draw: () => 0.5 }, 0)
  const effects = core.handle({ type: 'start', entries: [{ ...entry!, addresses }], bootstrap: [] }, 0)
  expect(effects.filter(({ type }) => type !== 'wake')).toEqual([{ type: 'forget', peer: 'p0' }])
  expect(core.counts().refusedAddresses).toBe(2)
})
