import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeRecord } from '@stoa/record'
import { levelStore } from '@stoa/replica'
import { manualClock, until } from '@stoa/testkit'
import { ClassicLevel } from 'classic-level'
import { MemoryLevel } from 'memory-level'
import { describe, expect, test } from 'vitest'
import { MLKEM768_X25519, X25519 } from '../src/crypto/suite.ts'
import { suiteOf } from '../src/crypto/suites.ts'
import { decodeDeviceKeys } from '../src/keys/device-keys.ts'
import { levelSecrets } from '../src/keys/level-secrets.ts'
import { memorySecrets } from '../src/keys/memory-secrets.ts'
import { DAY_MS, HOUR_MS, keysAlone, START_MS } from './keys-alone.ts'
import type { Level } from '@stoa/replica'
import type { SecretStore } from '../src/keys/mail-keys.ts'

const TTL_MS = 15 * DAY_MS
const LIMITS = { maxBodyBytes: 4_096, maxTtlMs: TTL_MS }
const bytesOf = (text: string) => new TextEncoder().encode(text)

describe('at the start', () => {
  test('this device publishes a key of each suite, which others can seal to', async () => {
    await using node = await keysAlone()
    const { keys, identity } = node
    expect(keys.own()).toMatchObject([
      {
        suite: MLKEM768_X25519,
        createdMs: START_MS,
        untilMs: START_MS + TTL_MS,
        eraseMs: START_MS + 2 * TTL_MS + HOUR_MS,
      },
      { suite: X25519, createdMs: START_MS },
    ])
    for (const own of keys.own()) {
      const [found, ...more] = await keys.keysOf(identity, own.suite)
      expect(more).toEqual([])
      expect(found).toEqual({
        device: keys.device,
        suite: own.suite,
        publicKey: own.publicKey,
        untilMs: START_MS + TTL_MS,
      })
      const suite = suiteOf(own.suite)
      const [info, aad] = [bytesOf('info'), bytesOf('aad')]
      const { enc, ciphertext } = await suite.seal(found!.publicKey, info, aad, bytesOf('hello'))
      expect(await suite.open(own, enc, info, aad, ciphertext)).toEqual(bytesOf('hello'))
    }
    expect(await keys.keysOf(new Uint8Array(32), X25519)).toEqual([])
  })

  test('they are durable before anybody hears of them: a crash in between loses nothing, and they are published then', async () => {
    const { store, log } = recorded()
    await using node = await keysAlone({ secrets: store })
    expect(node.rumours).toHaveLength(1)
    expect(log).toEqual(['put device', expect.stringMatching(/^put keys-/)])

    const crashing = recorded()
    crashing.onPut(() => {
      throw new Error('the power is gone')
    })
    await expect(keysAlone({ secrets: crashing.store })).rejects.toThrow('the power is gone')
    // the private key is durable, and its record was never published
    await using again = await keysAlone({ secrets: store })
    expect(again.keys.own()[0]!.publicKey).toEqual(node.keys.own()[0]!.publicKey)
    expect(publicKeysIn(again.rumours[0]!)).toEqual(publicKeysIn(node.rumours[0]!))
  })

  test('a restart keeps its name and its keys, and says nothing new', async () => {
    const before = await keysAlone()
    const { device } = before.keys
    const [own] = before.keys.own()
    await using after = await before.restart()
    expect(after.keys.device).toBe(device)
    expect(after.keys.own()[0]).toEqual(own)
    expect(after.rumours).toEqual([])
    expect(await after.keys.keysOf(after.identity, X25519)).toHaveLength(1)
  })

  test('a record that the store lost is published again, with a later version of the same keys', async () => {
    const before = await keysAlone()
    await before.clock.advance(HOUR_MS)
    await using after = await before.restart({ level: new MemoryLevel() })
    const [was, is] = [before.rumours[0]!, after.rumours[0]!].map(bytes => decodeRecord(bytes, LIMITS))
    expect(is!.seq).toBeGreaterThan(was!.seq)
    expect(is!.body).toEqual(was!.body)
    expect(is).toMatchObject({ expiresMs: was!.expiresMs, key: was!.key })
  })
})

describe('rotation', () => {
  test('new keys each week: the last ones still open, and only the new ones are published', async () => {
    await using node = await keysAlone()
    const { keys, identity } = node
    const [first] = keys.own()
    await node.advance(7 * DAY_MS - HOUR_MS)
    expect(keys.own()).toHaveLength(2)
    await node.advanceUntil(() => keys.own().length === 4)
    const [second] = keys.own()
    expect(second!.createdMs).toBeGreaterThanOrEqual(START_MS + 7 * DAY_MS)
    expect(second!.untilMs).toBe(second!.createdMs + TTL_MS)
    await until(() => node.rumours.length === 2)
    expect(await keys.keysOf(identity, MLKEM768_X25519)).toMatchObject([{ publicKey: second!.publicKey }])
    // a sender that has not heard of it yet seals to the first
    expect(keys.ownAt(MLKEM768_X25519, START_MS + 8 * DAY_MS)).toEqual([second, first])
    expect(keys.ownAt(MLKEM768_X25519, START_MS + 3 * DAY_MS)).toEqual([first])
    expect(keys.ownAt(MLKEM768_X25519, START_MS + 16 * DAY_MS)).toEqual([second])
    expect(keys.ownAt(MLKEM768_X25519, START_MS - 30 * 60_000)).toEqual([first])
    expect(keys.ownAt(MLKEM768_X25519, START_MS - 2 * HOUR_MS)).toEqual([])
  })

  test('what was overdue while the node was off happens at the start', async () => {
    const before = await keysAlone()
    await before.keys.stop()
    await before.clock.advance(20 * DAY_MS)
    await using after = await before.restart()
    expect(after.keys.own().map(({ createdMs }) => createdMs)).toEqual([
      START_MS + 20 * DAY_MS,
      START_MS + 20 * DAY_MS,
      START_MS,
      START_MS,
    ])
    expect(await after.keys.keysOf(after.identity, X25519)).toMatchObject([{ untilMs: START_MS + 35 * DAY_MS }])
  })

  test('when it fails, the last keys stay, and it is tried again', async () => {
    const { store, onPut } = recorded()
    await using node = await keysAlone({ secrets: store })
    onPut(() => {
      throw new Error('no space left')
    })
    await node.advance(7 * DAY_MS)
    expect(node.keys.own()).toHaveLength(2)
    expect(await node.keys.keysOf(node.identity, X25519)).toHaveLength(1)
    onPut(() => {})
    await node.advanceUntil(() => node.keys.own().length === 4)
  })

  test('a clock that was ahead, and is set, makes new keys that others take', async () => {
    const ahead = await keysAlone({ clock: manualClock(START_MS + 40 * DAY_MS) })
    await using right = await ahead.restart({ clock: manualClock(START_MS) })
    const newest = decodeRecord(right.rumours.at(-1)!, LIMITS)
    expect(newest.createdMs).toBe(START_MS)
    expect(newest.expiresMs).toBe(START_MS + TTL_MS)
    expect(publicKeysIn(right.rumours.at(-1)!)[1]).not.toEqual(publicKeysIn(ahead.rumours[0]!)[1])
  })
})

describe('erasure', () => {
  test('a private key goes an hour after the last letter to it can have expired, and is nowhere then', async () => {
    const { store, secrets, log } = recorded()
    await using node = await keysAlone({ secrets: store })
    const [first] = node.keys.own()
    const kept = Uint8Array.from(first!.privateKey)
    const name = [...secrets.keys()].find(key => key.startsWith('keys-'))!
    await node.advance(30 * DAY_MS)
    expect(node.keys.own()).toContain(first)
    expect(holds(secrets, kept)).toBe(true)
    await node.advanceUntil(() => !node.keys.own().includes(first!))
    expect(log).toContain(`erase ${name}`)
    expect(holds(secrets, kept)).toBe(false)
    // nor in what somebody still holds of it
    expect(first!.privateKey).toEqual(new Uint8Array(32))
    expect(node.keys.ownAt(first!.suite, START_MS)).toEqual([])
  })

  test('a letter that nobody has read yet keeps it, until it is read', async () => {
    const { store, log } = recorded()
    await using node = await keysAlone({ secrets: store })
    const [first] = node.keys.own()
    node.keys.oldestUnread = () => START_MS + 14 * DAY_MS
    await node.advance(32 * DAY_MS)
    expect(node.keys.own()).toContain(first)
    expect(log.some(line => line.startsWith('erase'))).toBe(false)
    node.keys.oldestUnread = () => START_MS + 20 * DAY_MS
    await node.advanceUntil(() => !node.keys.own().includes(first!))
  })

  test('what was overdue while the node was off is erased before it is up', async () => {
    const { store, secrets } = recorded()
    const before = await keysAlone({ secrets: store })
    const kept = Uint8Array.from(before.keys.own()[0]!.privateKey)
    await before.keys.stop()
    await before.clock.advance(31 * DAY_MS)
    await using _ = await before.restart()
    expect(holds(secrets, kept)).toBe(false)
  })

  test('a key that cannot be read is not used, does not stop the start, and is erased in time', async () => {
    const { store, secrets } = recorded()
    const before = await keysAlone({ secrets: store })
    const name = [...secrets.keys()].find(key => key.startsWith('keys-'))!
    secrets.set(name, new Uint8Array(20))
    await using after = await before.restart()
    expect(after.keys.own()).toHaveLength(2)
    await after.advance(30 * DAY_MS)
    await after.advanceUntil(() => !secrets.has(name))
  })

  test('no file of the database of public keys ever has a private key in it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'stoa-keys-'))
    const level = new ClassicLevel(directory)
    await using node = await keysAlone({ level: level as unknown as Level })
    const { privateKey, publicKey } = node.keys.own()[1]!
    await node.advance(7 * DAY_MS)
    expect(await isAnywhere(directory, publicKey)).toBe(true)
    expect(await isAnywhere(directory, privateKey)).toBe(false)
    await node.keys.stop()
    await level.close()
    await rm(directory, { recursive: true })
  })
})

test.each([
  ['memory', memorySecrets],
  ['rows of a database', () => levelSecrets(levelStore(new MemoryLevel()))],
] as const)('secrets in %s are put, read, listed and erased', async (_, make) => {
  const secrets = make()
  const value = Uint8Array.of(1, 2, 3)
  await secrets.put('a', value)
  value.fill(0)
  await secrets.put('keys-1-2', Uint8Array.of(4))
  expect((await secrets.names()).sort()).toEqual(['a', 'keys-1-2'])
  expect(await secrets.get('a')).toEqual(Uint8Array.of(1, 2, 3))
  await secrets.erase('a')
  await secrets.erase('none')
  expect(await secrets.get('a')).toBeUndefined()
  expect(await secrets.names()).toEqual(['keys-1-2'])
})

/** Secrets in memory that tell what is done to them, in order. */
function recorded() {
  const secrets = new Map<string, Uint8Array>()
  const log: string[] = []
  let put: () => void = () => {}
  const store: SecretStore = {
    names: async () => [...secrets.keys()],
    get: async name => secrets.get(name)?.slice(),
    put: async (name, secret) => {
      put()
      secrets.set(name, Uint8Array.from(secret))
      log.push(`put ${name}`)
    },
    erase: async name => {
      secrets.delete(name)
      log.push(`erase ${name}`)
    },
  }
  return { store, secrets, log, onPut: (act: () => void) => (put = act) }
}

function holds(secrets: ReadonlyMap<string, Uint8Array>, key: Uint8Array): boolean {
  return [...secrets.values()].some(secret => Buffer.from(secret).includes(key))
}

function publicKeysIn(record: Uint8Array): Uint8Array[] {
  return decodeDeviceKeys(decodeRecord(record, LIMITS).body!).map(({ publicKey }) => publicKey)
}

async function isAnywhere(directory: string, bytes: Uint8Array): Promise<boolean> {
  const names = await readdir(directory)
  const files = await Promise.all(names.map(name => readFile(join(directory, name)).catch(() => Buffer.alloc(0))))
  return files.some(content => content.includes(bytes))
}
