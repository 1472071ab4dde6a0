import { expect, test } from 'vitest'
import { endpointText, parseEndpoint } from './endpoint.ts'
import { DEFAULTS, resolveOptions } from './options.ts'
import { TorError } from './errors.ts'
import type { TorInit } from './options.ts'

test('without options a Tor of our own is started, with the defaults', () => {
  expect(resolveOptions({})).toEqual({ ...DEFAULTS, existing: undefined })
})

test('a Tor that runs already is named by its ports', () => {
  expect(resolveOptions({ socks: '127.0.0.1:9050', control: 'unix:/run/tor/control' }).existing).toEqual({
    socks: { host: '127.0.0.1', port: 9050 },
    control: { path: '/run/tor/control' },
    controlPassword: undefined,
    inbound: { host: '127.0.0.1', port: 0 },
  })
})

test.each(['127.0.0.1:9050', '[::1]:9050', 'unix:/run/tor/socks'])('%s is an endpoint, and is written so', text => {
  expect(endpointText(parseEndpoint('socks', text))).toBe(text)
})

test('localhost is not looked up', () => {
  expect(parseEndpoint('socks', 'localhost:9050')).toEqual({ host: '127.0.0.1', port: 9050 })
})

test.each<[string, TorInit]>([
  ['a name', { socks: 'tor.example.org:9050' }],
  ['another machine', { socks: '192.0.2.1:9050' }],
  ['all interfaces', { control: '0.0.0.0:9051' }],
  ['no port', { socks: '127.0.0.1' }],
  ['a large port', { socks: '127.0.0.1:65536' }],
  ['a relative path', { socks: 'unix:run/tor' }],
  ['a password for no port', { controlPassword: 'x' }],
  ['two Tors', { socks: '127.0.0.1:9050', program: 'tor' }],
  ['two lines in one', { torrc: ['Log notice stdout\nSocksPort 0.0.0.0:9050'] }],
  ['no program', { program: '' }],
  ['no dials', { maxPendingDials: 0 }],
  ['half a port', { port: 1.5 }],
  ['a long timer', { dialTimeoutMs: 2 ** 31 }],
  ['a limit below the start', { restartMs: 1_000, maxRestartMs: 999 }],
])('%s is refused', (_, init) => {
  expect(() => resolveOptions(init)).toThrow(expect.objectContaining({ code: 'bad-option' }))
})

test('an error says whether the same can succeed later', () => {
  expect(new TorError('tor-down', '').retryable).toBe(true)
  expect(new TorError('clearnet-address', '').retryable).toBe(false)
})
