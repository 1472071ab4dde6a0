import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { verifyHere, verifyOnPool } from '../src/node-verify.node.ts'
import { verifyWithNoble } from '../src/noble-verify.ts'
import { chooseVerify } from '../src/platform.ts'
import { PROBES } from '../src/probes.ts'
import { verifyWithWebCrypto } from '../src/web-crypto-verify.ts'
import { craft, craftMixed } from './crafted.ts'
import type { Crafted } from './crafted.ts'

const message = new TextEncoder().encode('stoa')
const messageOf = (): Uint8Array => message
const start = { a: 7n, i: 0n, r: 11n, j: 0n }

test('the probes are what they say', () => {
  const made = [
    craft(start, messageOf),
    craft({ ...start, j: 1n }, messageOf),
    craftMixed('reduced', { ...start, i: 1n }, messageOf),
    craftMixed('unreduced', { ...start, i: 1n }, messageOf),
  ]
  expect(PROBES.map(({ owner, signature, message }) => ({ owner, signature, message }))).toEqual(
    made.map(crafted => ({ ...crafted, owner: Uint8Array.from(crafted.owner) })),
  )
})

describe.each([
  ['node:crypto', verifyOnPool],
  ['node:crypto on one thread', async (check: Crafted) => verifyHere(check)],
  ['WebCrypto', verifyWithWebCrypto],
  ['JavaScript', verifyWithNoble],
])('%s has our rule', (_name, verify) => {
  test.each(PROBES)('$what: $valid', async ({ valid, ...check }) => {
    expect(await verify(check)).toBe(valid)
  })
})

describe('a platform is used when it has our rule', () => {
  test('as WebCrypto here does', async () => {
    expect(await chooseVerify(verifyWithWebCrypto)).toBe(verifyWithWebCrypto)
  })

  test('not when it multiplies by the cofactor', async () => {
    const cofactored = async ({ owner, message, signature }: Crafted): Promise<boolean> =>
      ed25519.verify(signature, message, owner)
    expect(await chooseVerify(cofactored)).toBe(verifyWithNoble)
  })

  test('not when it has no Ed25519', async () => {
    const without = (): Promise<boolean> => Promise.reject(new DOMException('no such algorithm', 'NotSupportedError'))
    expect(await chooseVerify(without)).toBe(verifyWithNoble)
  })
})
