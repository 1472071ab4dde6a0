import { join } from 'node:path'
import { eventually, until } from '@stoa/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEvents } from '../src/cli/sse-parser.ts'
import type { ServerEvent } from '../src/cli/sse-parser.ts'
import { CommandProcess, NodeProcess, cli, temporaryDirectory } from './processes.ts'

/** Ends a run when all have answered, which a network of unknown size could not. */
const ONE = ['--receivers', '1']
const BOTH = ['--receivers', '2']

const opened = new AsyncDisposableStack()
let ann: NodeProcess
let bob: NodeProcess
let carol: NodeProcess
beforeAll(async () => {
  const { path } = opened.use(await temporaryDirectory())
  const listen = ['--listen', '/ip4/127.0.0.1/tcp/0']
  ann = opened.use(await NodeProcess.start(join(path, 'ann'), [...listen, '--topic', 'lobby']))
  const joining = [...listen, '--bootstrap', ann.addresses[0]!]
  bob = opened.use(await NodeProcess.start(join(path, 'bob'), [...joining, '--topic', 'lobby']))
  carol = opened.use(await NodeProcess.start(join(path, 'carol'), joining))
  await ann.event('peer:connect', { peer: bob.peerId })
  await ann.event('peer:connect', { peer: carol.peerId })
})
afterAll(() => opened.disposeAsync())

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(new URL(path, ann.api), {
    method: 'POST',
    headers: { authorization: `Bearer ${await ann.token()}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

test('probes on a topic reach the nodes on it, and those of all nodes everybody', async () => {
  const onLobby = await ann.json([
    'measure',
    'propagation',
    '--topic',
    'lobby',
    '--count',
    '5',
    '--size',
    '2KiB',
    ...ONE,
  ])
  expect(onLobby).toMatchObject({
    topic: 'lobby',
    probes: { sent: 5, bytes: 2_048, intervalMs: 100 },
    receivers: 1,
    reached: 1,
    peers: [{ peer: bob.peerId, received: 5 }],
  })
  const all = await ann.json(['measure', 'propagation', '--count', '5', '--interval', '20', ...BOTH])
  expect(all).toMatchObject({ topic: 'all', receivers: 2, reached: 1, delaysMs: { count: 10 } })
})

test('people get a table, a plot in the characters of their terminal, and a row for each node', async () => {
  const args = ['measure', 'propagation', '--count', '3', '--peers', ...BOTH, '--data', ann.data]
  const { code, stdout, stderr } = await cli(args, '', { LANG: 'C' })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^3 probes of 1,024 bytes, one every 100 ms, on topic all; 2 nodes answered\n/)
  expect(stdout).toMatch(/^ +P50 +P90 +P99 +MAX\ndelay +\d/m)
  expect(stdout).toMatch(/^reached +100 % /m)
  expect(stdout).toMatch(/^100 % \+.*#$/m)
  expect(stdout).toMatch(new RegExp(`^${bob.peerId} +3 `, 'm'))
  expect(stdout).toMatch(/^[ -~\n]*$/)
  expect((await cli(args, '', { LANG: 'en_GB.UTF-8' })).stdout).toMatch(/^100 % ┤.*█$/m)
})

test('a peer has a round trip, a throughput and a clock', async () => {
  const report = await ann.json(['measure', 'peer', bob.peerId, '--size', '1MiB'])
  expect(report).toMatchObject({
    peer: bob.peerId,
    throughput: { bytes: 1_048_576, sendBytesPerSecond: expect.any(Number), receiveBytesPerSecond: expect.any(Number) },
  })
  // one machine, one clock: what is found beyond the bound is an error
  const { clockOffsetMs, clockErrorMs } = report as unknown as { clockOffsetMs: number; clockErrorMs: number }
  expect(Math.abs(clockOffsetMs)).toBeLessThanOrEqual(clockErrorMs)
  const { stdout } = await ann.cli(['measure', 'peer', bob.addresses[0]!, '--size', '1MiB'])
  expect(stdout).toMatch(new RegExp(`^${bob.peerId}, \\d+ round trips\n`))
  expect(stdout).toMatch(/^to it +[\d.]+ MB\/s \(1\.0 MB\)$/m)
})

test.for<[string, string]>([
  ['propagation --count 0', '--count is 0, it takes an integer from 1 to 10,000'],
  ['propagation --size 1MiB', '--size is 1048576, it takes an integer from 64 to 60,000'],
  ['propagation --interval 1', '--interval is 1, it takes an integer from 20 to 10,000'],
  ['propagation --share 2', '--share is 2, it takes a number above 0 up to 1'],
  ['propagation --count many', "argument 'many' is invalid. It takes a number."],
  ['propagation --size big', "argument 'big' is invalid. It takes bytes, such as 1024, 2KiB or 1MiB."],
  ['propagation --topic empty', 'a node takes part that is on it: stoa start --topic empty'],
  ['peer nobody', '"nobody" is neither a peer id such as'],
])('measure %s is refused in one line that says what it takes', async ([args, message]) => {
  const { code, stdout, stderr } = await ann.cli(['measure', ...args.split(' ')])
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toContain(message)
  expect(stderr.trimEnd()).not.toContain('\n')
})

test('the API tells progress as events to who accepts them', async () => {
  const response = await post('/v1/measure/propagation', { count: 5, receivers: 2 }, { accept: 'text/event-stream' })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const events: ServerEvent[] = []
  for await (const event of readEvents(response.body!)) events.push(event)
  expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['progress', 'report']))
  const last = events.at(-1)!
  expect(last.event).toBe('report')
  expect(JSON.parse(last.data)).toMatchObject({ probes: { sent: 5 }, receivers: 2 })
})

test('the API answers with the report alone to who does not, and what is wrong has a status', async () => {
  const response = await post('/v1/measure/propagation', { count: 2, receivers: 2 })
  expect(await response.json()).toMatchObject({ probes: { sent: 2 }, receivers: 2 })
  expect((await post(`/v1/measure/peer/${bob.peerId}`, { bytes: 65_536 })).status).toBe(200)

  for (const accept of ['application/json', 'text/event-stream']) {
    const refused = await post('/v1/measure/propagation', { count: 1.5 }, { accept })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: { code: 'bad-option', retryable: false } })
  }
  expect((await post('/v1/measure/propagation', { speed: 9 })).status).toBe(400)
  expect((await post('/v1/measure/propagation', { topic: 'nobody-is-here' })).status).toBe(404)
})

test('a node that is started with --no-measure neither measures nor takes part', async () => {
  await using directory = await temporaryDirectory()
  const args = [
    '--listen',
    '/ip4/127.0.0.1/tcp/0',
    '--bootstrap',
    ann.addresses[0]!,
    '--topic',
    'lobby',
    '--no-measure',
  ]
  await using dan = await NodeProcess.start(directory.path, args)
  await ann.event('peer:connect', { peer: dan.peerId })
  const own = await dan.cli(['measure', 'propagation'])
  expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('this node does not measure') })
  const asked = await ann.cli(['measure', 'peer', dan.peerId, '--json'])
  expect(JSON.parse(asked.stderr)).toMatchObject({ error: { code: 'not-supported' } })
})

test(
  'Ctrl-C ends a measurement here and in the node; until then another is refused',
  { timeout: 120_000 },
  async () => {
    await using long = new CommandProcess(['measure', 'propagation', '--count', '600', '--data', ann.data])
    await until(() => long.stderr.includes('probes sent'), { what: () => `progress, not ${long.stderr}` })
    const again = async (): Promise<number> =>
      (await post('/v1/measure/propagation', { count: 1, receivers: 1 })).status
    expect(await again()).toBe(409)
    long.child.kill('SIGINT')
    const { code, stdout, stderr } = await long.done
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr).toContain('stoa: interrupted')
    await eventually(async () => expect(await again()).toBe(200), { timeoutMs: 30_000 })
  },
)
