import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@stoa/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build, IMPLEMENTATIONS, missingToolchain } from './implementations.ts'
import { Lab } from './lab.ts'
import { PeerError } from './peer.ts'
import { StoaProcess } from './stoa-process.ts'
import type { Node } from './node.ts'

const BUILD_TIMEOUT_MS = 1_200_000
const ARRIVAL_TIMEOUT_MS = 45_000
const HOUR_MS = 3_600_000

interface Listed {
  key: string
  owner: string
  name: string
  text: string
}
interface Letter {
  id: string
  from: string
}

const go = IMPLEMENTATIONS.find(({ name }) => name === 'go')
const missing = go === undefined ? 'it is not in this checkout' : missingToolchain(go)

const suffix = missing === undefined ? '' : ` (skipped: ${missing})`

describe.skipIf(missing !== undefined)(`the command line stoa and the Go peer${suffix}`, () => {
  const lab = new Lab()
  let stoa: StoaProcess
  let peer: Node
  beforeAll(async () => {
    build(go!)
    ;[stoa, peer] = await Promise.all([StoaProcess.start(), lab.start('go', go!, { network: 'main' })])
    await peer.call('offers')
    await peer.call('mail-key')
    await peer.call('dial', { addr: stoa.address })
  }, BUILD_TIMEOUT_MS)
  afterAll(async () => {
    await lab[Symbol.asyncDispose]()
    await stoa?.[Symbol.asyncDispose]()
  })
  const withLogs = (body: () => Promise<void>): Promise<void> => lab.run(body, [stoa.log])

  test('an offer put by Go is listed by `stoa offers list`', () =>
    withLogs(async () => {
      const body = Buffer.from('a bicycle').toString('hex')
      const { key } = await peer.call('offer-put', { market: 'things', name: 'bicycle', body, ttlMs: HOUR_MS })
      const listed = await arrival('the offer of Go', async () =>
        (await stoa.lines<Listed>(['offers', 'list'])).find(offer => offer.key === key),
      )
      expect(listed).toMatchObject({ owner: peer.id, name: 'bicycle', text: 'a bicycle' })
    }))

  test('an offer put by `stoa offers put` is verified and listed by Go', () =>
    withLogs(async () => {
      const key = (await stoa.run(['offers', 'put', '--market', 'things', '--name', 'lamp'], 'a lamp')).trim()
      const listed = await arrival('the offer of Stoa', async () => {
        await peer.call('sync', { peer: stoa.peer })
        return (await peer.call('offers-list')).offers.find(offer => offer.key === key)
      })
      const body = Buffer.from('a lamp').toString('hex')
      expect(listed).toMatchObject({ owner: stoa.peer, market: 'things', name: 'lamp', body })
    }))

  test('a letter from Go is read by `stoa mail read`, and Go gets the receipt', () =>
    withLogs(async () => {
      const body = Buffer.from('is the lamp still there?').toString('hex')
      await arrival('the mail key of Stoa', () => unlessNoKey(peer.call('mail-send', { to: stoa.peer, body })))
      const letter = await arrival('the letter of Go', async () => (await stoa.lines<Letter>(['mail', 'inbox']))[0])
      expect(letter.from).toBe(peer.id)
      expect(await stoa.run(['mail', 'read', letter.id])).toBe('is the lamp still there?')
      await arrival('the receipt of Stoa', async () =>
        (await peer.call('mail-sent')).letters.some(({ id, isDelivered }) => id === letter.id && isDelivered),
      )
    }))

  test('a letter from `stoa mail send` is opened by Go, and Stoa gets the receipt', () =>
    withLogs(async () => {
      await stoa.run(['mail', 'send', peer.id], 'it is')
      const letter = await arrival('the letter of Stoa', async () => (await peer.call('mail-list')).letters[0])
      expect(letter).toMatchObject({ from: stoa.peer, body: Buffer.from('it is').toString('hex') })
      await peer.call('mail-ack', { letter: letter.id })
      await arrival('the receipt of Go', async () =>
        (await stoa.lines<{ id: string; state: string }>(['mail', 'outbox'])).some(
          ({ id, state }) => id === letter.id && state === 'delivered',
        ),
      )
    }))
})

const rust = IMPLEMENTATIONS.find(({ name }) => name === 'rust')
const missingRust = rust === undefined ? 'it is not in this checkout' : missingToolchain(rust)

test.skipIf(missingRust !== undefined)(
  'an offer put by `stoa offers put` is verified by Rust',
  async () => {
    build(rust!)
    await using lab = new Lab()
    await using stoa = await StoaProcess.start()
    await using directory = await mkdtempDisposable(join(tmpdir(), 'stoa-interop-'))
    const file = join(directory.path, 'offers')
    const peer = await lab.start('rust', rust!, { network: 'main' })
    await lab.run(async () => {
      await stoa.run(['offers', 'put', '--market', 'things', '--name', 'chair'], 'a chair')
      await stoa.run(['offers', 'export', file])
      const record = recordIn(await readFile(file))
      const verify = (bytes: Uint8Array): Promise<{ valid: boolean }> =>
        peer.call('record-verify', { bytes: Buffer.from(bytes).toString('hex'), network: 'main' })
      expect(await verify(record)).toMatchObject({ valid: true })
      record[record.length - 1]! ^= 1
      expect(await verify(record)).toMatchObject({ valid: false })
    }, [stoa.log])
  },
  BUILD_TIMEOUT_MS,
)

/** The record of the one entry of a file of offers: spec/offers.md §7. */
function recordIn(file: Buffer): Buffer {
  const header = frameAt(file, 'stoa-offers'.length + 1)
  const { content } = frameAt(file, header.end)
  // the first field of Entry
  return frameAt(content, 1).content
}

function frameAt(bytes: Buffer, start: number): { content: Buffer; end: number } {
  let length = 0
  let at = start
  for (let unit = 1; ; unit *= 128) {
    const byte = bytes[at++]!
    length += (byte & 127) * unit
    if (byte < 128) return { content: bytes.subarray(at, at + length), end: at + length }
  }
}

function arrival<T>(what: string, look: () => Promise<T>): ReturnType<typeof until<T>> {
  return until(look, { what, timeoutMs: ARRIVAL_TIMEOUT_MS })
}

async function unlessNoKey<T>(sent: Promise<T>): Promise<T | undefined> {
  try {
    return await sent
  } catch (error) {
    if (error instanceof PeerError && error.code.startsWith('no-')) return undefined
    throw error
  }
}
