import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newToken, readAccess, removeAccess, writeAccess } from './access.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stoa-access-'))
})
afterEach(() => rm(directory, { recursive: true }))

const access = { url: 'http://127.0.0.1:4780', pid: 7, token: newToken() }

test('what is written is read, by its owner alone, and is gone when it is removed', async () => {
  await writeAccess(directory, { ...access, token: newToken() })
  await writeAccess(directory, access)
  expect(await readAccess(directory)).toEqual(access)
  expect(await readdir(directory)).toEqual(['api-token', 'api.json'])
  for (const file of await readdir(directory)) expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600)
  await removeAccess(directory)
  expect(await readAccess(directory)).toBeUndefined()
  expect(await readdir(directory)).toEqual([])
})

test('no directory is no node', async () => {
  expect(await readAccess(join(directory, 'none'))).toBeUndefined()
})

test.for(['', '{', 'null', '[]', '{"url":"http://127.0.0.1:1"}', '{"url":"http://evil.example:80","pid":1}'])(
  'a file that holds %j is no node, and the token goes nowhere',
  async content => {
    await writeAccess(directory, access)
    await writeFile(join(directory, 'api.json'), content)
    expect(await readAccess(directory)).toBeUndefined()
  },
)
