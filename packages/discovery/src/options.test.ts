import { expect, test } from 'vitest'
import { DEFAULTS, resolveOptions } from './options.ts'

test('without options, the defaults', () => {
  expect(resolveOptions()).toMatchObject({ ...DEFAULTS, bootstrap: [], dht: true })
})

test('an option that is undefined is as good as absent', () => {
  expect(resolveOptions({ targetPeers: undefined, network: undefined, bootstrap: undefined })).toMatchObject({
    targetPeers: 12,
    network: 'main',
    bootstrap: [],
  })
})

test.each([
  [{ network: 'a/b' }, 'network is "a/b"'],
  [{ network: '' }, 'network is ""'],
  [{ targetPeers: -1 }, 'targetPeers is -1'],
  [{ maxProven: 0 }, 'maxProven is 0'],
  [{ retryMinMs: Number.NaN }, 'retryMinMs'],
  [{ retryJitter: 1.5 }, 'retryJitter is 1.5; it takes a number from 0 to 1'],
  [{ bootstrap: ['example.org:4001'] }, 'bootstrap is "example.org:4001"; it takes a multiaddr'],
])('%j is refused, and the message says what, and what it takes', (init, message) => {
  expect(() => resolveOptions(init)).toThrow(
    expect.objectContaining({ name: 'DiscoveryError', code: 'bad-option', message: expect.stringContaining(message) }),
  )
})

test('where onion services alone are allowed, a bootstrap address of another kind has its own error', () => {
  expect(() => resolveOptions({ addresses: 'onion', bootstrap: ['/dns4/example.org/tcp/4001'] })).toThrow(
    expect.objectContaining({
      code: 'clearnet-address',
      message: expect.stringContaining('/dns4/example.org/tcp/4001'),
    }),
  )
  const onion = `/onion3/${'a'.repeat(56)}:4001`
  expect(resolveOptions({ addresses: 'onion', bootstrap: [onion] }).bootstrap.map(String)).toEqual([onion])
  expect(() => resolveOptions({ addresses: 'clearnet', bootstrap: [onion] })).toThrow(
    expect.objectContaining({ code: 'bad-option' }),
  )
})
