import { createServer } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NodeProcess, cli, temporaryDirectory } from './processes.ts'
import type { AddressInfo } from 'node:net'

const opened = new AsyncDisposableStack()
let root = ''
let node: NodeProcess
beforeAll(async () => {
  root = opened.use(await temporaryDirectory()).path
  node = opened.use(await NodeProcess.start(join(root, 'node')))
})
afterAll(() => opened.disposeAsync())

const STRANGER = '12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1'

test.for<[string[], RegExp]>([
  [['send', 'nobody', 'x'], /^stoa: "nobody" is neither a peer id such as .* nor a multiaddr such as .*\n$/],
  [['send', STRANGER, 'x'], /^stoa: .*no address of the peer is known.*\n$/],
  [['send', STRANGER], /^stoa: missing required argument 'text'\n$/],
  [['send', STRANGER, ''], /^stoa: the text is empty\n$/],
  [['send', STRANGER, 'x'.repeat(32_769)], /^stoa: the text is 32,769 bytes, the limit is 32,768\n$/],
  [
    ['send', STRANGER, 'x', '--timeout-ms', 'soon'],
    /^stoa: option '--timeout-ms <ms>' argument 'soon' is invalid. .*\n$/,
  ],
  [
    ['send', STRANGER, 'x', '--content-type', 'nonsense'],
    /^stoa: body.contentType: not a media type such as text\/plain\n$/,
  ],
  [['broadcast', 'a b', 'x'], /^stoa: topic name is "a b"; it takes up to 128 characters in segments .*\n$/],
  [['listen', '--topic', '../../etc'], /^stoa: topic name is "..\/..\/etc"; .*\n$/],
  [['connect', '/ip4/127.0.0.1/tcp/1'], /^stoa: \/ip4\/127\.0\.0\.1\/tcp\/1: .*ECONNREFUSED.*\n$/],
  [['connect', 'localhost:80'], /^stoa: "localhost:80" is neither a peer id .*\n$/],
  [['ping', '/ip4/127.0.0.1/tcp/1'], /^stoa: .*ECONNREFUSED.*\n$/],
  [
    ['stat'],
    /^stoa: unknown command 'stat'\n\(Did you mean start\?\)\n$|^stoa: unknown command 'stat'\n\(Did you mean .*status\?\)\n$/,
  ],
  [['peers', '--jsn'], /^stoa: unknown option '--jsn'\n\(Did you mean --json\?\)\n$/],
])('stoa %s', async ([args, message]) => {
  const done = await cli([...args, ...(args[0] === 'stat' ? [] : ['--data', node.data])])
  expect(done.stderr).toMatch(message)
  expect(done).toMatchObject({ code: 1, stdout: '' })
})

const KEY = 'ab'.repeat(32)
test.for<[string[], RegExp]>([
  [['put'], /^stoa: required option '--market <name>' not specified\n$/],
  [['put', '--market', 'BTC EUR'], /^stoa: .*"BTC EUR".*\n$/],
  [['put', '--market', 'x'.repeat(121)], /^stoa: .*120.*\n$/],
  [
    ['put', '--market', 'm', '--ttl', '0s'],
    /^stoa: option '--ttl <duration>' argument '0s' is invalid\. .*at least 1s.*\n$/,
  ],
  [
    ['put', '--market', 'm', '--ttl', 'soon'],
    /^stoa: option '--ttl <duration>' argument 'soon' .*such as 30s, 10m, 12h.*\n$/,
  ],
  [['put', '--market', 'm', '--ttl', '5w'], /^stoa: .*2,592,000,000.*\n$/],
  [['put', '--market', 'm', '--name', 'x'.repeat(65)], /^stoa: .*64.*\n$/],
  [['put', '--market', 'm', '/does/not/exist'], /^stoa: \/does\/not\/exist cannot be read: there is no such file\n$/],
  [['put', '--market', 'm', '/'], /^stoa: \/ cannot be read: it is a directory\n$/],
  [['get', 'nonsense'], /^stoa: "nonsense" is no key of an offer, which has 64 hexadecimal digits; .*\n$/],
  [['get', KEY], /^stoa: no offer (ab){32} is known here: .*\n$/],
  [['remove', 'nonsense'], /^stoa: "nonsense" is no key of an offer.*\n$/],
  [['remove', KEY], /^stoa: .*(ab){32}.*\n$/],
  [['list', '--market', 'Ä'], /^stoa: .*"Ä".*\n$/],
  [['list', '--owner', 'nobody'], /^stoa: owner is "nobody"; it takes a peer id such as .*\n$/],
  [['watch', '--market', 'Ä'], /^stoa: .*"Ä".*\n$/],
  [['export', '--market', 'Ä', 'x'], /^stoa: .*"Ä".*\n$/],
  [['export', '/does/not/exist'], /^stoa: \/does\/not\/exist cannot be written: ENOENT.*\n$/],
  [['load', '/does/not/exist'], /^stoa: \/does\/not\/exist cannot be read: there is no such file\n$/],
  [
    ['import', '/does/not/exist', '--market', 'm'],
    /^stoa: \/does\/not\/exist cannot be read: there is no such file\n$/,
  ],
  [['import', '-'], /^stoa: import takes one of --market-field FIELD and --market NAME\n$/],
  [['import', '-', '--market', 'm', '--market-field', 'f'], /^stoa: import takes one of .*\n$/],
  [
    ['put', '--market', 'm', '--whileonline'],
    /^stoa: unknown option '--whileonline'\n\(Did you mean --while-online\?\)\n$/,
  ],
])('stoa offers %s', async ([args, message]) => {
  const done = await node.cli(['offers', ...args])
  expect(done.stderr).toMatch(message)
  expect(done).toMatchObject({ code: 1, stdout: '' })
})

const LETTER = 'cd'.repeat(32)
test.for<[string[], RegExp]>([
  [['send'], /^stoa: missing required argument 'peer'\n$/],
  [['send', 'nobody'], /^stoa: to is "nobody"; it takes a peer id such as .* \(bad-request\)\n$/],
  [['send', STRANGER], /^stoa: .*\(no-key\)\n$/],
  [['send', STRANGER, '--ttl', '16d'], /^stoa: .*15 days.*\(bad-ttl\)\n$/],
  [['send', STRANGER, '--ttl', 'soon'], /^stoa: option '--ttl <duration>' argument 'soon' is invalid\. .*\n$/],
  [['send', STRANGER, '--wait', '1'], /^stoa: option '--wait <duration>' argument '1' is invalid\. .*\n$/],
  [['send', STRANGER, '--wait', '1d'], /^stoa: body\.waitMs: .*300000.* \(bad-request\)\n$/],
  [['send', STRANGER, '--type', 'x'.repeat(101)], /^stoa: body\.contentType: .*100.* \(bad-request\)\n$/],
  [
    ['send', STRANGER, '/does/not/exist'],
    /^stoa: \/does\/not\/exist cannot be read: there is no such file \(no-file\)\n$/,
  ],
  [['read', 'nonsense'], /^stoa: "nonsense" is no id of a letter, .* \(bad-request\)\n$/],
  [['read', '1234567'], /^stoa: "1234567" is no id of a letter, .* \(bad-request\)\n$/],
  [['read', LETTER], /^stoa: no letter (cd){32} is in the inbox: .* \(not-found\)\n$/],
  [['read', '12345678'], /^stoa: no letter 12345678 is in the inbox: .* \(not-found\)\n$/],
  [['status', LETTER], /^stoa: no letter (cd){32} was sent from here, .* \(not-found\)\n$/],
  [['status', 'xyz'], /^stoa: "xyz" is no id of a letter, .* \(bad-request\)\n$/],
  [
    ['outbox', '--state', 'lost'],
    /^stoa: option '--state <state>' argument 'lost' is invalid\. Allowed choices are queued, stored, .*\n$/,
  ],
])('stoa mail %s', async ([args, message]) => {
  const done = await node.cli(['mail', ...args])
  expect(done.stderr).toMatch(message)
  expect(done).toMatchObject({ code: 1, stdout: '' })
})

test.for<[string[], RegExp]>([
  [['reply', 'nonsense'], /^stoa: "nonsense" is no key of an offer.* \(bad-request\)\n$/],
  [['reply', KEY], /^stoa: no offer (ab){32} is known here: .* \(not-found\)\n$/],
])('stoa offers %s', async ([args, message]) => {
  const done = await node.cli(['offers', ...args])
  expect(done.stderr).toMatch(message)
  expect(done).toMatchObject({ code: 1, stdout: '' })
})

test.for([16_385, 100_000])('an offer of %d bytes is told the limit', async size => {
  const done = await node.cli(['offers', 'put', '--market', 'm'], 'x'.repeat(size))
  expect(done.stderr).toMatch(/^stoa: .*the limit .*16,384\D*\n$/)
  expect(done).toMatchObject({ code: 1, stdout: '' })
})

test.for(['put --market m', 'get', 'remove', 'list', 'watch', 'markets', 'import - --market m', 'export', 'load -'])(
  'stoa offers %s without a node says how to start one',
  async command => {
    const [name = '', ...args] = command.split(' ')
    const file = name === 'export' ? [join(root, 'never')] : []
    const key = name === 'get' || name === 'remove' ? [KEY] : []
    const done = await cli(['offers', name, ...args, ...file, ...key, '--data', join(root, 'none')])
    const data = join(root, 'none')
    expect(done).toEqual({
      code: 1,
      stdout: '',
      stderr: `stoa: no node is running on ${data}; start one with: stoa start --data ${data}\n`,
    })
  },
)

test('a node does not send to itself', async () => {
  for (const target of [node.peerId, node.addresses[0]!]) {
    expect((await node.cli(['send', target, 'x'])).stderr).toBe(`stoa: ${target} is this node itself\n`)
  }
})

test('with --json the error is an object', async () => {
  const done = await node.cli(['send', 'nobody', 'x', '--json'])
  expect(JSON.parse(done.stderr)).toMatchObject({ error: { code: 'bad-request', retryable: false } })
})

test.for<[string[], RegExp]>([
  [['--listen', 'here'], /^stoa: --listen is "here"; it takes multiaddrs to listen on.*\n$/],
  [['--network', 'Big Net'], /^stoa: --network is "Big Net"; it takes name of the network.*\n$/],
  [['--api', '0.0.0.0:1'], /^stoa: --api is "0\.0\.0\.0:1"; it takes HOST:PORT on this machine, e\.g\. .*\n$/],
  [['--config', '/does/not/exist'], /^stoa: configuration file \/does\/not\/exist cannot be read: ENOENT.*\n$/],
  [['--listen', '/ip4/192.0.2.1/tcp/0'], /^stoa: cannot listen on \/ip4\/192\.0\.2\.1\/tcp\/0: .*\n$/],
])('stoa start %s', async ([args, message]) => {
  const done = await cli(['start', '--data', join(root, 'wrong'), '--no-mdns', '--no-nat', ...args])
  expect(done.stderr).toMatch(message)
  expect(done).toMatchObject({ code: 1, stdout: '' })
})

test('a configuration file is named with what is wrong in it', async () => {
  const config = join(root, 'config.json')
  await writeFile(config, '{ "targetPeers": -1 }')
  const done = await cli(['start', '--config', config])
  expect(done).toEqual({
    code: 1,
    stdout: '',
    stderr: `stoa: targetPeers in ${config} is -1; it takes peers to stay connected to\n`,
  })
})

test('a port that is taken is named', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const args = ['--no-mdns', '--no-nat', '--listen', '/ip4/127.0.0.1/tcp/0', '--api', `127.0.0.1:${port}`]
  const done = await cli(['start', '--data', join(root, 'port'), ...args])
  server.close()
  expect(done).toMatchObject({ code: 1, stdout: '' })
  expect(done.stderr).toBe(`stoa: the API cannot listen on 127.0.0.1:${port}: the port is taken; --api takes another\n`)
})

test('every command has help with an example', async () => {
  const names = ['start', 'id', 'status', 'peers', 'connect', 'ping', 'send', 'broadcast', 'listen', 'offers', 'mail']
  const offers = ['put', 'get', 'list', 'watch', 'remove', 'import', 'export', 'load', 'markets', 'reply']
  const mail = ['send', 'inbox', 'read', 'status', 'outbox', 'key']
  const commands = [
    ...names.map(name => [name]),
    ...offers.map(name => ['offers', name]),
    ...mail.map(name => ['mail', name]),
  ]
  const helps = await Promise.all(commands.map(command => cli([...command, '--help'])))
  for (const { code, stdout } of helps) {
    expect(code).toBe(0)
    expect(stdout).toMatch(/Examples?:\n  .*stoa/)
  }
  expect((await cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})
