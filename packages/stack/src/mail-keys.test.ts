import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileSecrets } from './mail-keys.node.ts'

async function temporary() {
  const parent = await mkdtemp(join(tmpdir(), 'stoa-mail-keys-'))
  return {
    directory: join(parent, 'mail-keys'),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  }
}

const secret = crypto.getRandomValues(new Uint8Array(1_313))
const other = crypto.getRandomValues(new Uint8Array(700))

/** All bytes of all files. */
async function isAnywhere(directory: string, bytes: Uint8Array): Promise<boolean> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = names.filter(entry => entry.isFile())
  const found = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))))
  return found.some(content => content.includes(bytes.subarray(0, 16)))
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777

test('a secret is there after a reopen, for its owner alone, and gone when it is erased', async () => {
  await using place = await temporary()
  const { directory } = place
  const before = await fileSecrets(directory)
  await before.put('keys-1-2', secret)
  await before.put('device', other)
  const secrets = await fileSecrets(directory)
  expect((await secrets.names()).sort()).toEqual(['device', 'keys-1-2'])
  expect(await secrets.get('keys-1-2')).toEqual(secret)
  expect([await modeOf(directory), await modeOf(join(directory, 'keys-1-2'))]).toEqual([0o700, 0o600])
  expect(await isAnywhere(directory, secret)).toBe(true)
  await secrets.erase('keys-1-2')
  await secrets.erase('keys-1-2')
  expect(await secrets.get('keys-1-2')).toBeUndefined()
  expect(await secrets.names()).toEqual(['device'])
  expect(await isAnywhere(directory, secret)).toBe(false)
})

test('what is erased is overwritten before it is unlinked, what is replaced too', async () => {
  await using place = await temporary()
  const secrets = await fileSecrets(place.directory)
  await secrets.put('a', secret)
  await secrets.put('b', secret)
  // a link of its own to the same bytes on the disk
  await link(join(place.directory, 'a'), join(place.directory, 'LINK-A'))
  await link(join(place.directory, 'b'), join(place.directory, 'LINK-B'))
  await secrets.erase('a')
  await secrets.put('b', other)
  for (const name of ['LINK-A', 'LINK-B']) {
    expect(new Uint8Array(await readFile(join(place.directory, name)))).toEqual(new Uint8Array(secret.length))
  }
  expect(await secrets.get('b')).toEqual(other)
})

test('what a crash left half written is erased at the next start, and never taken for a secret', async () => {
  await using place = await temporary()
  const { directory } = place
  await mkdir(directory, { mode: 0o700 })
  await writeFile(join(directory, 'keys-1-2.tmp'), secret, { mode: 0o600 })
  const secrets = await fileSecrets(directory)
  expect(await readdir(directory)).toEqual([])
  await secrets.put('keys-1-2', secret)
  expect(await readdir(directory)).toEqual(['keys-1-2'])
})

test('what others can read, what is too large, and what is no name is refused, and said', async () => {
  await using place = await temporary()
  const { directory } = place
  const secrets = await fileSecrets(directory)
  const refused = (message: string) => ({
    name: 'StackError',
    code: 'data-unreadable',
    message: expect.stringContaining(message),
  })
  await expect(secrets.put('large', new Uint8Array(16_385))).rejects.toMatchObject(refused('16385 bytes'))
  await secrets.put('open', secret)
  await chmod(join(directory, 'open'), 0o644)
  await expect(secrets.get('open')).rejects.toMatchObject(refused('chmod 600'))
  await expect(secrets.get('../identity.key')).rejects.toThrow(TypeError)
  await expect(secrets.put('UP', secret)).rejects.toThrow(TypeError)
  await chmod(directory, 0o755)
  await expect(fileSecrets(directory)).rejects.toMatchObject(refused('chmod 700'))
  await writeFile(join(directory, '..', 'file'), '')
  await expect(fileSecrets(join(directory, '..', 'file'))).rejects.toMatchObject({ code: 'data-unreadable' })
})

test('changes made at once do not meet: the last one stands', async () => {
  await using place = await temporary()
  const secrets = await fileSecrets(place.directory)
  await Promise.all([
    secrets.put('a', secret),
    secrets.put('a', other),
    secrets.erase('a'),
    secrets.put('a', secret),
    secrets.put('b', other),
  ])
  expect(await secrets.get('a')).toEqual(secret)
  expect((await readdir(place.directory)).sort()).toEqual(['a', 'b'])
})
