import { describe, expect, test } from 'vitest'
import { networkOf, reachOf, usableWhenToldOver } from './address.ts'

describe('how far an address reaches', () => {
  test.each([
    ['/ip4/127.0.0.1/tcp/1', 'machine'],
    ['/ip4/127.9.9.9/tcp/1', 'machine'],
    ['/ip4/0.0.0.0/tcp/1', 'machine'],
    ['/ip6/::1/tcp/1', 'machine'],
    ['/ip6/::ffff:127.0.0.1/tcp/1', 'machine'],
    ['/ip6/::ffff:7f00:1/tcp/1', 'machine'],
    ['/dns4/localhost/tcp/1', 'machine'],
    ['/memory/7', 'machine'],
    ['/ip4/10.1.2.3/tcp/1', 'site'],
    ['/ip4/172.16.0.1/tcp/1', 'site'],
    ['/ip4/172.31.255.1/tcp/1', 'site'],
    ['/ip4/192.168.1.1/tcp/1', 'site'],
    ['/ip4/169.254.0.9/tcp/1', 'site'],
    ['/ip4/100.64.0.1/tcp/1', 'site'],
    ['/ip6/fd00::1/tcp/1', 'site'],
    ['/ip6zone/eth0/ip6/fe80::1/tcp/1', 'site'],
    ['/ip4/172.32.0.1/tcp/1', 'anywhere'],
    ['/ip4/8.8.8.8/tcp/1/ws', 'anywhere'],
    ['/ip6/2001:db8::1/tcp/1', 'anywhere'],
    ['/dns4/example.org/tcp/1', 'anywhere'],
    ['/ip4/8.8.8.8/tcp/1/p2p/12D3Koo/p2p-circuit', 'anywhere'],
  ])('%s: %s', (address, reach) => expect(reachOf(address)).toBe(reach))
})

test.each([
  ['machine', '/ip4/127.0.0.1/tcp/1', true],
  ['machine', '/ip4/192.168.0.1/tcp/1', true],
  ['site', '/ip4/127.0.0.1/tcp/1', false],
  ['site', '/ip4/192.168.0.1/tcp/1', true],
  ['site', '/ip4/8.8.8.8/tcp/1', true],
  ['anywhere', '/ip4/127.0.0.1/tcp/1', false],
  ['anywhere', '/ip4/192.168.0.1/tcp/1', false],
  ['anywhere', '/ip4/8.8.8.8/tcp/1', true],
] as const)('told over a connection that reaches %s, %s is usable: %s', (connection, address, usable) => {
  expect(usableWhenToldOver(connection, address)).toBe(usable)
})

test.each([
  ['/ip4/1.2.3.4/tcp/1', '/ip4/1.2.200.5/tcp/9', true],
  ['/ip4/1.2.3.4/tcp/1', '/ip4/1.3.3.4/tcp/1', false],
  ['/ip6/2001:db8:1::1/tcp/1', '/ip6/2001:db8:ffff::2/tcp/1', true],
  ['/ip6/2001:db8::1/tcp/1', '/ip6/2001:db9::1/tcp/1', false],
  ['/ip6/::ffff:1.2.3.4/tcp/1', '/ip4/1.2.9.9/tcp/1', true],
  ['/dns4/a.example.org/tcp/1', '/dns6/B.Example.org/tcp/1', true],
  ['/dns4/a.example.org/tcp/1', '/dns4/example.com/tcp/1', false],
])('%s and %s are of one network: %s', (a, b, same) => expect(networkOf(a) === networkOf(b)).toBe(same))
