import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLetter, parseLetter, suiteOf, X25519 } from '@stoa/mailbox/letter'
import { createStack } from '@stoa/stack'
import { manualClock, until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import type { LetterEntry, MailKeyPair } from '@stoa/mailbox/letter'
import type { Stack, StackInit } from '@stoa/stack'

const NETWORK = 'secrecy'
const BUCKET_BITS = 8
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const KEY_BYTES = 32
const BODY = 'meet me at nine behind the old mill'

test('a letter that was captured is opened with the receiver’s disk while its key is there, and never after', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'stoa-secrecy-'))
  const clock = manualClock(Date.now())
  const start = (dataDir?: string): Promise<Stack> =>
    createStack({
      network: NETWORK,
      dataDir,
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      nat: false,
      discovery: false,
      offers: false,
      mailbox: { clock, suite: 'x25519', minReplicas: 1 },
    } satisfies StackInit)
  await using third = await start()
  await using sender = await start()
  await using receiver = await start(directory.path)
  const captured: LetterEntry[] = []
  third.broadcast.pubsub.addEventListener('message', ({ detail: { topic, data } }) => {
    if (topic === `/stoa/${NETWORK}/mail/0`) captured.push(letterIn(data))
  })
  for (const stack of [sender, receiver]) await stack.libp2p.dial(third.libp2p.getMultiaddrs())
  const passing = async (holds: () => boolean, stepMs = 1_000): Promise<boolean> => {
    await clock.advance(stepMs)
    return holds()
  }
  await until(() => passing(() => sender.mailbox.stats().keys.live === 3), { what: 'the receiver’s mail keys' })
  const { id } = await sender.mailbox.send(receiver.peerId, new TextEncoder().encode(BODY), { ttlMs: DAY_MS })
  const [letter] = await until(async () => {
    await clock.advance(1_000)
    const { items } = await receiver.mailbox.inbox.list()
    return items.length > 0 && captured.length > 0 ? items : undefined
  })
  expect(letter!.id).toBe(id)
  const [first] = captured
  const seized = (): Promise<string | undefined> => openedWith(directory.path, first!, receiver)
  expect(await seized()).toBe(BODY)
  await letter!.ack()
  await until(() => passing(() => sender.mailbox.stats().outbox.delivered === 1))
  await Promise.all([sender.stop(), third.stop()])

  const { eraseMs } = receiver.mailbox.ownKeys().keys.find(({ suite }) => suite === X25519)!
  while (clock.now() <= eraseMs) await clock.advance(DAY_MS)
  await until(() => passing(() => receiver.mailbox.ownKeys().keys.every(key => key.eraseMs > clock.now()), HOUR_MS))
  expect(await seized()).toBeUndefined()
  // what was read is not there in another form
  expect(await filesWith(directory.path, new TextEncoder().encode(BODY))).toEqual([])

  await receiver.stop()
  expect(await seized()).toBeUndefined()
  expect(await filesWith(directory.path, new TextEncoder().encode(BODY))).toEqual([])
})

/** What the letter says, when any 32 bytes that lie among the receiver's secrets open it: those of its mail keys, and its identity. */
async function openedWith(dataDir: string, letter: LetterEntry, { peerId }: Stack): Promise<string | undefined> {
  const secrets = await filesOf(dataDir, path => /mail-keys|identity/.test(path))
  const keys: MailKeyPair[] = []
  for (const bytes of secrets.values()) {
    for (let at = 0; at + KEY_BYTES <= bytes.length; at++) {
      const privateKey = new Uint8Array(bytes.subarray(at, at + KEY_BYTES))
      keys.push({ suite: X25519, publicKey: new Uint8Array(suiteOf(X25519).publicKeyBytes), privateKey })
    }
  }
  const opened = await openLetter(letter, { network: NETWORK, identity: peerId.publicKey!.raw, keys })
  return opened === undefined ? undefined : new TextDecoder().decode(opened.body)
}

async function filesWith(dataDir: string, bytes: Uint8Array): Promise<string[]> {
  const files = await filesOf(dataDir, () => true)
  return [...files].flatMap(([path, content]) => (content.includes(bytes) ? [path] : []))
}

async function filesOf(dataDir: string, isWanted: (path: string) => boolean): Promise<Map<string, Buffer>> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const files = new Map<string, Buffer>()
  for (const { parentPath, name } of entries.filter(entry => entry.isFile())) {
    const path = join(parentPath, name).slice(dataDir.length + 1)
    // a database may drop one of its files meanwhile
    if (isWanted(path)) files.set(path, await readFile(join(dataDir, path)).catch(() => Buffer.alloc(0)))
  }
  return files
}

/** spec/proto/replica.proto: the first field of Entry. */
function letterIn(rumour: Uint8Array): LetterEntry {
  let length = 0
  let at = 1
  for (let unit = 1; ; unit *= 128) {
    const byte = rumour[at++]!
    length += (byte & 127) * unit
    if (byte < 128) break
  }
  return parseLetter(rumour.slice(at, at + length), { network: NETWORK, bucketBits: BUCKET_BITS })
}
