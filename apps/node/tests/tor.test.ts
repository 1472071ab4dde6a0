import { chmod, readdir, stat, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '@stoa/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LineProcess, NodeProcess, cli, temporaryDirectory } from './processes.ts'

// What needs no Tor. A node in a Tor network of the test's own: test/scenarios.

const opened = new AsyncDisposableStack()
let root = ''
beforeAll(async () => {
  root = opened.use(await temporaryDirectory()).path
})
afterAll(() => opened.disposeAsync())

test('without the program it is said how to get it, and the data directory is free again', async () => {
  const data = join(root, 'none')
  const { code, stdout, stderr } = await cli(['start', '--data', data, '--tor', '--tor-program', join(root, 'nothing')])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(
    /^stoa: the program .*nothing is not there.*apt install tor.*brew install tor.*--tor-program PATH\n$/,
  )
  const again = await cli(['start', '--data', data, '--tor', '--tor-program', join(root, 'nothing'), '--json'])
  expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'no-tor', retryable: false } })
})

test('a Tor that does not come up is given up on at the first signal', async () => {
  const program = join(root, 'sleeping-tor')
  await writeFile(program, '#!/bin/sh\n[ "$1" = --version ] && echo "Tor version 0.4.9.11." || exec sleep 60\n')
  await chmod(program, 0o700)
  const data = join(root, 'sleeping')
  await using node = new LineProcess(['start', '--data', data, '--json', '--tor', '--tor-program', program])
  await until(() => existsSync(join(data, 'tor', 'torrc')), { what: 'Tor to be started' })
  expect((await stat(join(data, 'onion.key'))).mode & 0o777).toBe(0o600)
  expect(await node.stop('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(node.stderr).toBe('')
  expect(await readdir(data)).not.toContain('api.json')
})

test('a node that was in Tor is not started outside by mistake', async () => {
  const data = join(root, 'inside')
  await cli(['start', '--data', data, '--tor', '--tor-program', join(root, 'nothing')])
  const outside = await cli(['start', '--data', data, '--json'])
  expect(outside.code).toBe(1)
  expect(JSON.parse(outside.stderr)).toMatchObject({ error: { code: 'wrong-world' } })
})

test('a password file that others can read is not used', async () => {
  const file = join(root, 'password')
  await writeFile(file, 'secret\n', { mode: 0o644 })
  const flags = ['--tor', '--tor-control', '127.0.0.1:1', '--tor-password-file', file]
  const { code, stderr } = await cli(['start', '--data', join(root, 'password-data'), ...flags])
  expect(code).toBe(1)
  expect(stderr).toBe(`stoa: the password file ${file} cannot be used: others can read it: chmod 600 it\n`)
})

test('in the open there is no Tor in the status, and nothing that could reach an onion address', async () => {
  await using node = await NodeProcess.start(join(root, 'open'))
  expect(await node.json(['status'])).toMatchObject({ tor: null, refusedAddresses: 0 })
  const onion = `/onion3/${'a'.repeat(56)}:4001`
  const { stderr } = await node.cli(['connect', onion, '--json'])
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'not-found' } })
})
