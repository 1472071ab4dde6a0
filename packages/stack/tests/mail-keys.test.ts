import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStack } from '@stoa/stack'
import { manualClock, until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import type { MailboxService, OwnMailKeys } from '@stoa/mailbox'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Of a file of mail keys: the version, the suite, and then the private key of the first. */
const PRIVATE_AT = 3

test('a private mail key is in its own file only, and in none of the data directory once it is erased', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'stoa-mail-'))
  const clock = manualClock(Date.now())
  const start = () =>
    createStack({ dataDir, listen: [], mdns: false, nat: false, relay: false, discovery: false, mailbox: { clock } })
  let stack = await start()
  const published = () => ownKeys(stack).map(({ publicKey }) => publicKey)
  const [file, ...more] = await keyFiles(dataDir)
  expect(more).toEqual([])
  const secret = (await readFile(join(dataDir, 'mail-keys', file!))).subarray(PRIVATE_AT, PRIVATE_AT + 32)
  const [first] = published()
  expect(await filesWith(dataDir, secret)).toEqual([join('mail-keys', file!)])

  for (let day = 0; day < 30; day++) await clock.advance(DAY_MS)
  expect(await keyFiles(dataDir)).toContain(file)
  expect(published()).toContain(first)
  await until(async () => {
    await clock.advance(HOUR_MS)
    return !published().includes(first!)
  })
  expect(await keyFiles(dataDir)).not.toContain(file)
  expect(await filesWith(dataDir, secret)).toEqual([])

  // the others are there after a restart, and it is not
  const left = ownKeys(stack)
  await stack.stop()
  stack = await start()
  expect(ownKeys(stack)).toEqual(expect.arrayContaining([...left]))
  expect(await filesWith(dataDir, secret)).toEqual([])
  await stack.stop()
  expect(await filesWith(dataDir, secret)).toEqual([])
  await rm(dataDir, { recursive: true })
})

function ownKeys({ services }: { services: object }): OwnMailKeys['keys'] {
  return (services as { mailbox: MailboxService }).mailbox.ownKeys().keys
}

async function keyFiles(dataDir: string): Promise<string[]> {
  return (await readdir(join(dataDir, 'mail-keys'))).filter(name => name.startsWith('keys-'))
}

/** Which files have these bytes somewhere. */
async function filesWith(dataDir: string, bytes: Uint8Array): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const found = await Promise.all(
    // a database may drop one of its files meanwhile
    paths.map(async path => ((await readFile(path).catch(() => Buffer.alloc(0))).includes(bytes) ? [path] : [])),
  )
  return found.flat().map(path => path.slice(dataDir.length + 1))
}
