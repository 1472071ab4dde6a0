import { expect, test } from 'vitest'
import { resolveOptions } from './resolve-options.ts'

const wrong: Array<[what: string, init: unknown, message: RegExp]> = [
  ['a name', { bootsrap: [] }, /createStack has no option bootsrap; it takes network, .*bootstrap/],
  ['a network', { network: 'Main Net' }, /option network is "Main Net"; it takes name of the network, 1 to 32 of a-z/],
  [
    'an address',
    { listen: ['/ip4/127.0.0.1/tcp/0', 'localhost:80'] },
    /option listen\.1 is "localhost:80"; it takes multiaddrs/,
  ],
  ['a number', { targetPeers: -1 }, /option targetPeers is -1; it takes peers to stay connected to/],
  ['a limit', { limits: { maxConnections: 0 } }, /option limits\.maxConnections is 0; it takes connections in all/],
  [
    'a limit’s name',
    { limits: { maxConections: 1 } },
    /option limits has no option maxConections; it takes maxConnections/,
  ],
  ['a service', { direct: true }, /option direct is true; it takes options of direct\(\), or false/],
  ['a store', { replicaStore: 7 }, /option replicaStore is 7; it takes where offers and mail are kept/],
  ['a key', { privateKey: 'secret' }, /option privateKey is something else; it takes a libp2p private key/],
]

test.each(wrong)('a wrong %s says which option, what it got and what it takes', (_, init, message) => {
  expect(() => resolveOptions(init)).toThrow(
    expect.objectContaining({ code: 'bad-option', message: expect.stringMatching(message) }),
  )
})

test.each([
  [{ broadcast: false }, { offers: false, mailbox: false, measure: false }],
  [{ direct: false }, { offers: {}, mailbox: false, measure: false }],
  [{ measure: false }, { offers: {}, mailbox: {}, measure: false }],
  [{ mailbox: false }, { offers: {}, mailbox: false }],
  [{ offers: false }, { offers: false, mailbox: {} }],
] as const)('with %o there is %o', (init, expected) => {
  expect(resolveOptions(init)).toMatchObject(expected)
})

test.each([
  [{ broadcast: false, offers: {} }, /option offers is set and broadcast is false; offers need broadcast/],
  [{ direct: false, mailbox: {} }, /option mailbox is set and direct is false; mailbox needs broadcast and direct/],
  [{ direct: false, broadcast: false, mailbox: {} }, /option mailbox is set and broadcast and direct is false/],
  [{ direct: false, measure: {} }, /option measure is set and direct is false; measure needs broadcast and direct/],
] as const)('options of a part without what it is built on are a mistake: %o', (init, message) => {
  expect(() => resolveOptions(init)).toThrow(
    expect.objectContaining({ code: 'bad-option', message: expect.stringMatching(message) }),
  )
})

test('nothing given means every limit has a figure', () => {
  const { limits, network, targetPeers } = resolveOptions({})
  expect(network).toBe('main')
  expect(targetPeers).toBe(12)
  for (const [name, value] of Object.entries(limits)) expect(value, name).toBeGreaterThan(0)
})

test('a secret that was passed as an option does not appear in the error', () => {
  expect(() => resolveOptions({ privateKey: 'correct horse battery staple' })).toThrow(/privateKey is something else/)
})

test('what it resolved to can be given again', () => {
  const { limits, targetPeers } = resolveOptions({})
  expect(resolveOptions({ limits, targetPeers }).limits).toEqual(limits)
})
