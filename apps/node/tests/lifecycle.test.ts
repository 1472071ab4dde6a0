import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '@stoa/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LineProcess, NodeProcess, cli, temporaryDirectory } from './processes.ts'

const opened = new AsyncDisposableStack()
let root = ''
beforeAll(async () => {
  root = opened.use(await temporaryDirectory()).path
})
afterAll(() => opened.disposeAsync())

test('a second node on the same data directory is told, and harms nothing', async () => {
  const data = join(root, 'shared')
  await using node = await NodeProcess.start(data)
  const before = await filesOf(data)
  const second = await cli(['start', '--data', data, '--no-mdns', '--no-nat', '--listen', '/ip4/127.0.0.1/tcp/0'])
  expect(second).toEqual({
    code: 1,
    stdout: '',
    stderr: `stoa: ${data} is in use by the node with pid ${node.child.pid} (${node.api}): stop it, or start this one with another --data\n`,
  })
  expect(await filesOf(data)).toEqual(before)
  expect(await node.json(['id'])).toMatchObject({ peerId: node.peerId })
})

test('secrets are readable by their owner alone', async () => {
  const data = join(root, 'modes')
  await using node = await NodeProcess.start(data)
  for (const name of ['identity.key', 'api-token', 'api.json']) {
    expect((await stat(join(data, name))).mode & 0o777, name).toBe(0o600)
  }
  expect(await node.stop()).toEqual({ code: 0, signal: null })
})

test('a node that was stopped leaves no API files, one that was killed does no harm with them, and both come back as themselves', async () => {
  const data = join(root, 'again')
  await using first = await NodeProcess.start(data)
  expect(await first.stop('SIGTERM')).toEqual({ code: 0, signal: null })
  expect((await readdir(data)).filter(name => name.startsWith('api'))).toEqual([])
  expect((await cli(['id', '--data', data])).stderr).toBe(noNode(data))

  await using second = await NodeProcess.start(data)
  const token = await second.token()
  await second.stop('SIGKILL')
  expect(await readdir(data)).toContain('api.json')
  expect(await cli(['status', '--data', data])).toEqual({ code: 1, stdout: '', stderr: noNode(data) })

  await using third = await NodeProcess.start(data)
  expect([second.peerId, third.peerId]).toEqual([first.peerId, first.peerId])
  // on the port it had, so that what others know of it stays right
  expect(third.addresses).toEqual(first.addresses)
  expect(await third.token()).not.toBe(token)
})

test('a node that is told to stop while it starts stops cleanly', async () => {
  const data = join(root, 'early')
  const args = ['--data', data, '--json', '--no-mdns', '--no-nat', '--listen', '/ip4/127.0.0.1/tcp/0']
  await using node = new LineProcess(['start', ...args])
  await until(() => existsSync(join(data, 'store')), { what: 'the store to be opened' })
  expect(await node.stop('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(existsSync(join(data, 'api.json'))).toBe(false)
})

test('a listener is told when the node stops', async () => {
  const data = join(root, 'listened')
  await using node = await NodeProcess.start(data)
  await using listener = await node.listen([])
  expect(await node.stop()).toEqual({ code: 0, signal: null })
  expect((await listener.exited).code).toBe(1)
  const stopped = { code: 'stopped', message: `the node on ${data} has stopped`, retryable: true }
  expect(JSON.parse(listener.stderr)).toEqual({ error: stopped })
})

test('a node whose output nobody reads any more goes on', async () => {
  await using node = await NodeProcess.start(join(root, 'unread'), [
    '--listen',
    '/ip4/127.0.0.1/tcp/0',
    '--topic',
    'lobby',
  ])
  node.child.stdout!.destroy()
  await using other = await NodeProcess.start(join(root, 'other'))
  // both write a line into the closed pipe
  await other.json(['connect', node.addresses[0]!])
  await other.json(['send', node.peerId, 'hello'])
  expect(await node.json(['status'])).toMatchObject({ errors: { expected: 0, unexpected: 0 } })
  expect(await node.stop()).toEqual({ code: 0, signal: null })
})

test('a configuration file, STOA_DATA and the command line, together', async () => {
  const data = join(root, 'configured')
  const config = join(root, 'config.json')
  const topics = ['lobby']
  await writeFile(
    config,
    JSON.stringify({ network: 'from-file', api: 'off', listen: ['/ip4/127.0.0.1/tcp/0'], topics }),
  )
  await using node = await NodeProcess.start(data, ['--config', config, '--api', '127.0.0.1:0'])
  const status = await cli(['status', '--json'], '', { STOA_DATA: data })
  expect(JSON.parse(status.stdout)).toMatchObject({ network: 'from-file', topics: [{ name: 'lobby' }] })
  expect(node.addresses).toHaveLength(1)
})

test('without an API there are no files of it', async () => {
  const data = join(root, 'off')
  await using node = await NodeProcess.start(data, ['--listen', '/ip4/127.0.0.1/tcp/0', '--api', 'off'])
  expect(node.api).toBeNull()
  expect((await readdir(data)).filter(name => name.startsWith('api'))).toEqual([])
})

async function filesOf(data: string): Promise<Record<string, string>> {
  const names = ['identity.key', 'api-token', 'api.json', 'ports.json']
  return Object.fromEntries(await Promise.all(names.map(async name => [name, await readFile(join(data, name), 'hex')])))
}

function noNode(data: string): string {
  return `stoa: no node is running on ${data}; start one with: stoa start --data ${data}\n`
}
