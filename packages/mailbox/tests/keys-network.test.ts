import { generateKeyPair } from '@libp2p/crypto/keys'
import { signRecord } from '@stoa/record'
import { levelStore } from '@stoa/replica'
import { until } from '@stoa/testkit'
import { createStackNetwork } from '@stoa/testkit/stack'
import { MemoryLevel } from 'memory-level'
import { expect, test } from 'vitest'
import { MLKEM768_X25519, X25519 } from '../src/crypto/suite.ts'
import { suiteOf } from '../src/crypto/suites.ts'
import { createMailKeys } from '../src/keys/create-mail-keys.ts'
import { encodeDeviceKeys } from '../src/keys/device-keys.ts'
import { memorySecrets } from '../src/keys/memory-secrets.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { ReplicaComponents } from '@stoa/replica'
import type { StackInit } from '@stoa/stack'
import type { DeviceMailKeys } from '../src/keys/create-mail-keys.ts'

const DAY_MS = 86_400_000
const clock = {
  now: () => Date.now(),
  setTimeout: (run: () => void, delayMs: number) => setTimeout(run, delayMs),
  clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
}

/** Nodes that run nothing but mail keys, each of the identity given, over what a stack has. */
async function keysNetwork(identities: readonly PrivateKey[]) {
  const network = await createStackNetwork({
    size: identities.length,
    topology: 'full',
    stack: index =>
      ({
        discovery: false,
        direct: false,
        offers: false,
        services: {
          keys: (components: ReplicaComponents) =>
            createMailKeys({
              network: 'test',
              privateKey: identities[index]!,
              components,
              store: levelStore(new MemoryLevel()),
              secrets: memorySecrets(),
              clock,
              log: components.logger.forComponent('keys'),
              rotateMs: 7 * DAY_MS,
              keyTtlMs: 15 * DAY_MS,
              budgetBytes: 1_048_576,
            }),
        },
      }) as unknown as StackInit,
  })
  const keys = network.stacks.map(
    stack => (stack as { services: Record<string, unknown> }).services.keys as DeviceMailKeys,
  )
  return { keys, [Symbol.asyncDispose]: () => network[Symbol.asyncDispose]() }
}

test('two devices of one identity publish side by side, and a third node seals to both, each with its own key', async () => {
  const [alice, bob] = await Promise.all([generateKeyPair('Ed25519'), generateKeyPair('Ed25519')])
  await using network = await keysNetwork([alice, alice, bob])
  const [first, second, third] = network.keys as [DeviceMailKeys, DeviceMailKeys, DeviceMailKeys]
  expect(first.device).not.toBe(second.device)
  for (const suite of [MLKEM768_X25519, X25519] as const) {
    const ofAlice = async () => third.keysOf(alice.publicKey.raw, suite)
    await until(async () => (await ofAlice()).length === 2)
    const found = await ofAlice()
    expect(found.map(({ device }) => device).sort()).toEqual([first.device, second.device].sort())
    for (const own of [first, second]) {
      const pair = own.own().find(key => key.suite === suite)!
      expect(found.find(({ device }) => device === own.device)!.publicKey).toEqual(pair.publicKey)
    }
  }
  await until(async () => (await first.keysOf(bob.publicKey.raw, X25519)).length === 1)
})

test('of many devices the newest eight that have the suite are sealed to; others’ keys and odd names are none of theirs', async () => {
  const [alice, bob] = await Promise.all([generateKeyPair('Ed25519'), generateKeyPair('Ed25519')])
  await using network = await keysNetwork([bob])
  const [node] = network.keys as [DeviceMailKeys]
  const { publicKey } = await suiteOf(X25519).generate()
  const now = Date.now()
  const limits = { maxBodyBytes: 4_096, maxTtlMs: 15 * DAY_MS }
  const signed = async (device: number, { ttlMs = DAY_MS, suite = X25519 as number, name = 16 } = {}) => {
    const createdMs = now - DAY_MS + device * 1_000
    const fields = {
      space: 'mail-keys',
      name: new Uint8Array(name).fill(device),
      seq: 1,
      createdMs,
      expiresMs: createdMs + DAY_MS + ttlMs,
      body: encodeDeviceKeys([{ suite, publicKey }]),
    }
    return (await signRecord(alice, fields, { network: 'test', limits })).bytes
  }
  for (let device = 1; device <= 10; device++) await node.replica.take(await signed(device))
  // a suite of the future is kept and passed on, and not used
  expect(await node.replica.take(await signed(11, { suite: 0x7777 }))).toBe('new')
  expect(await node.replica.take(await signed(12, { name: 15 }))).toBe('malformed')
  expect(await node.replica.take(await signed(13, { suite: MLKEM768_X25519 }))).toBe('malformed')
  const found = await node.keysOf(alice.publicKey.raw, X25519)
  expect(found.map(({ device }) => Number.parseInt(device.slice(0, 2), 16))).toEqual([10, 9, 8, 7, 6, 5, 4, 3])
  expect(await node.keysOf(alice.publicKey.raw, MLKEM768_X25519)).toEqual([])
  // an identity has sixteen places: the seventeenth takes one
  for (let device = 20; device <= 26; device++) await node.replica.take(await signed(device))
  expect(node.replica.status().entries).toBe(17)
})
