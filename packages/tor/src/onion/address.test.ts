import { createPublicKey } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { assert, property, uint8Array } from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isNetworkAddress } from '@libp2p/utils'
import { inboundAddress } from './inbound-address.ts'
import { onionAddress, onionTarget } from './address.ts'
import { openOnionKey } from './key.ts'

const TOR_PROJECT = '2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid'
const DUCK_DUCK_GO = 'duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad'
const PEER = '12D3KooW9uPLVtyFh9wUgU5C3FNjuynunq2VcQVs4WEZGqF6pwv9'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoa-onion-'))
})
afterAll(() => rm(directory, { recursive: true }))

test.each([TOR_PROJECT, DUCK_DUCK_GO])('%s is an address', address => {
  expect(onionTarget(multiaddr(`/onion3/${address}:443`))).toEqual({ address, port: 443, peer: undefined })
  expect(onionTarget(multiaddr(`/onion3/${address}:443/p2p/${PEER}`))).toEqual({ address, port: 443, peer: PEER })
})

test.each([
  ['a wrong checksum', `/onion3/${TOR_PROJECT.replace('2gz', '3gz')}:443`],
  ['another version', `/onion3/${TOR_PROJECT.slice(0, -1)}c:443`],
  ['no port', `/onion3/${TOR_PROJECT}:65536`],
  ['no number', `/onion3/${TOR_PROJECT}:80x`],
  ['TCP', '/ip4/127.0.0.1/tcp/443'],
  ['a name', '/dns4/example.org/tcp/443'],
  ['the name of an onion service', `/dns4/${TOR_PROJECT}.onion/tcp/443`],
  ['a version 2 address', '/onion/aaimaq4ygg2iegci:80'],
  ['something behind it', `/onion3/${TOR_PROJECT}:443/tcp/1`],
  ['a relay behind it', `/onion3/${TOR_PROJECT}:443/p2p/${PEER}/p2p-circuit`],
  ['TCP before it', `/ip4/127.0.0.1/tcp/1/onion3/${TOR_PROJECT}:443`],
  ['memory', '/memory/1'],
  ['a unix socket', '/unix/%2Ftmp%2Fx'],
  ['nothing', '/'],
])('%s is none', (_, text) => {
  expect(onionTarget(multiaddr(text))).toBeUndefined()
})

test('each key has an address, and it is one', () => {
  assert(
    property(uint8Array({ minLength: 32, maxLength: 32 }), key => {
      expect(onionTarget(multiaddr(`/onion3/${onionAddress(key)}:1`))?.address).toBe(onionAddress(key))
    }),
  )
})

test('an inbound connection has an address that says nothing, counts for nobody and cannot be dialled', () => {
  const addresses = Array.from({ length: 100 }, inboundAddress)
  expect(new Set(addresses.map(String)).size).toBe(100)
  for (const address of addresses) {
    expect(address.getComponents().map(({ name }) => name)).toEqual(['onion3'])
    expect(onionTarget(address)).toBeUndefined()
    expect(isNetworkAddress(address)).toBe(false)
  }
})

test('a key is made once, for its owner only, and is the same ever after', async () => {
  const path = join(directory, 'onion.key')
  const made = await openOnionKey(path)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await chmod(path, 0o644)
  expect(await openOnionKey(path)).toEqual(made)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(createPublicKey(await readFile(path, 'utf8')).asymmetricKeyType).toBe('ed25519')
})

test('a file that is no key is left alone, and the error says so', async () => {
  const path = join(directory, 'other.key')
  await writeFile(path, 'not a key')
  await expect(openOnionKey(path)).rejects.toMatchObject({ code: 'bad-key', message: expect.stringContaining(path) })
  expect(await readFile(path, 'utf8')).toBe('not a key')
})
