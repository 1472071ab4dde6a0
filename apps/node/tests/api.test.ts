import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readEvents } from '../src/cli/sse-parser.ts'
import { NodeProcess, temporaryDirectory } from './processes.ts'
import type { IncomingMessage } from 'node:http'

const opened = new AsyncDisposableStack()
let ann: NodeProcess
let bob: NodeProcess
let token = ''
beforeAll(async () => {
  const { path } = opened.use(await temporaryDirectory())
  ann = opened.use(await NodeProcess.start(join(path, 'ann')))
  const bootstrap = ['--listen', '/ip4/127.0.0.1/tcp/0', '--bootstrap', ann.addresses[0]!]
  bob = opened.use(await NodeProcess.start(join(path, 'bob'), bootstrap))
  token = await ann.token()
  await ann.event('peer:connect')
})
afterAll(() => opened.disposeAsync())

interface Asked {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** node:http, since fetch does not let a Host or Origin through. */
async function ask({ method = 'GET', path = '/v1/status', headers = {}, body }: Asked = {}) {
  const all = { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) }
  const asked = request(new URL(path, ann.api), { method, headers: { ...all, ...headers }, agent: false })
  asked.on('error', () => {})
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const answer = await text(response)
  return {
    status: response.statusCode,
    body: answer === '' ? undefined : (JSON.parse(answer) as unknown),
    headers: response.headers,
  }
}

function refusal(code: string) {
  return { error: { code, message: expect.any(String), retryable: expect.any(Boolean) } }
}

test.for<[string, Asked, number, string]>([
  ['no token', { headers: { authorization: '' } }, 401, 'unauthorized'],
  ['a wrong token', { headers: { authorization: 'Bearer nonsense' } }, 401, 'unauthorized'],
  ['the host of a rebound name', { headers: { host: 'evil.example' } }, 403, 'forbidden'],
  ['the right name on another port', { headers: { host: '127.0.0.1:1' } }, 403, 'forbidden'],
  ['a page elsewhere', { headers: { origin: 'https://evil.example' } }, 403, 'forbidden'],
  ['a page without an origin', { headers: { origin: 'null' } }, 403, 'forbidden'],
  [
    'a preflight of a page elsewhere',
    { method: 'OPTIONS', headers: { origin: 'https://evil.example' } },
    403,
    'forbidden',
  ],
  [
    'a form',
    { method: 'POST', path: '/v1/connect', body: 'address=x', headers: { 'content-type': 'text/plain' } },
    415,
    'unsupported-media-type',
  ],
  ['a body over the limit', { method: 'POST', path: '/v1/connect', body: Buffer.alloc(65_537, 32) }, 413, 'too-large'],
  [
    'a body without a length over the limit',
    {
      method: 'POST',
      path: '/v1/connect',
      body: Buffer.alloc(70_000, 32),
      headers: { 'transfer-encoding': 'chunked' },
    },
    413,
    'too-large',
  ],
  ['a body that is not JSON', { method: 'POST', path: '/v1/connect', body: '{' }, 400, 'bad-request'],
  [
    'a body that is not what it takes',
    { method: 'POST', path: '/v1/connect', body: '{"adress":"x"}' },
    400,
    'bad-request',
  ],
  ['a route that is none', { path: '/v2/status' }, 404, 'no-such-route'],
  [
    'a peer that nobody knows',
    { method: 'POST', path: '/v1/direct/12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1', body: '{"text":"x"}' },
    404,
    'not-found',
  ],
  ['an offer without a body', { method: 'POST', path: '/v1/offers', body: '{"market":"m"}' }, 400, 'bad-request'],
  [
    'an offer with two bodies',
    { method: 'POST', path: '/v1/offers', body: '{"market":"m","text":"","base64":""}' },
    400,
    'bad-request',
  ],
  [
    'an offer that is too long',
    { method: 'POST', path: '/v1/offers', body: JSON.stringify({ market: 'm', text: 'x'.repeat(16_385) }) },
    413,
    'too-large',
  ],
  [
    'an offer that is far too long',
    { method: 'POST', path: '/v1/offers', body: Buffer.alloc(262_145, 32) },
    413,
    'too-large',
  ],
  [
    'a market that cannot be',
    { method: 'POST', path: '/v1/offers', body: '{"market":"M","text":""}' },
    400,
    'bad-market',
  ],
  ['an import of nothing', { method: 'POST', path: '/v1/offers/import', body: '{"offers":[]}' }, 400, 'bad-request'],
  [
    'an import over the limit',
    { method: 'POST', path: '/v1/offers/import', body: '', headers: { 'content-length': '4194305' } },
    413,
    'too-large',
  ],
  ['a file as JSON', { method: 'POST', path: '/v1/offers/load', body: '{}' }, 415, 'unsupported-media-type'],
  ['a page that cannot be', { path: '/v1/offers?limit=501' }, 400, 'bad-request'],
  ['a place in a list that cannot be', { path: '/v1/offers?after=nonsense' }, 400, 'bad-option'],
  ['a key that is none', { path: '/v1/offers/xyz' }, 400, 'bad-request'],
  ['a key that nobody knows', { path: `/v1/offers/${'ab'.repeat(32)}` }, 404, 'not-found'],
  ['a removal of what nobody knows', { method: 'DELETE', path: `/v1/offers/${'ab'.repeat(32)}` }, 404, 'not-found'],
  [
    'a letter that is far too long',
    { method: 'POST', path: '/v1/mail', body: Buffer.alloc(262_145, 32) },
    413,
    'too-large',
  ],
  ['a letter that is not there', { path: `/v1/mail/inbox/${'ab'.repeat(32)}` }, 404, 'not-found'],
  ['a letter that was never sent', { path: '/v1/mail/outbox/abababab' }, 404, 'not-found'],
  ['an id that is too short', { path: '/v1/mail/inbox/abababa' }, 400, 'bad-request'],
  ['a state that is none', { path: '/v1/mail/outbox?state=lost' }, 400, 'bad-request'],
  ['a topic that cannot be', { method: 'POST', path: '/v1/broadcast/%20', body: '{"text":"x"}' }, 400, 'bad-topic'],
])('%s is refused', async ([, asked, status, code]) => {
  expect(await ask(asked)).toMatchObject({ status, body: refusal(code) })
})

test('a body without a length is read as one with', async () => {
  const answer = await ask({
    method: 'POST',
    path: '/v1/offers',
    body: JSON.stringify({ market: 'chunked', text: 'x', ttlMs: 60_000 }),
    headers: { 'transfer-encoding': 'chunked' },
  })
  expect(answer).toMatchObject({ status: 200, body: { market: 'chunked', text: 'x', owner: ann.peerId } })
})

test('headers over the limit are refused', async () => {
  const asked = request(ann.api, { headers: { padding: 'x'.repeat(10_000) }, agent: false })
  asked.end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(431)
  response.resume()
})

test('the API describes itself, and answers what it describes', async () => {
  const { body } = await ask({ path: '/openapi.json' })
  const document = body as { openapi: string; paths: Record<string, Record<string, { security?: unknown }>> }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toEqual([
    '/v1/status',
    '/v1/peers',
    '/v1/connect',
    '/v1/ping/{peer}',
    '/v1/direct/{peer}',
    '/v1/broadcast/{topic}',
    '/v1/events',
    '/v1/offers',
    '/v1/offers/import',
    '/v1/offers/export',
    '/v1/offers/load',
    '/v1/offers/{key}',
    '/v1/markets',
    '/v1/mail',
    '/v1/mail/inbox',
    '/v1/mail/inbox/{id}',
    '/v1/mail/inbox/{id}/ack',
    '/v1/mail/outbox',
    '/v1/mail/outbox/{id}',
    '/v1/mail/key',
    '/v1/measure/propagation',
    '/v1/measure/peer/{peer}',
    '/metrics',
  ])
  expect(await ask()).toMatchObject({
    status: 200,
    body: { peerId: ann.peerId, pid: ann.child.pid, errors: { unexpected: 0 } },
    headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  })
})

test('metrics are those of libp2p, of the process and of the node', async () => {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(new URL('/metrics', ann.api), { headers })
  expect(response.headers.get('content-type')).toContain('text/plain')
  const metrics = await response.text()
  for (const name of [
    /^libp2p_data_transfer_bytes_total\{/m,
    /^process_resident_memory_bytes \d/m,
    /^stoa_peers 1$/m,
  ]) {
    expect(metrics).toMatch(name)
  }
})

test('events are resumed after the last that was seen, and a gap is told', async () => {
  const first = await events({})
  const { id: start } = await first.next('listening')
  await bob.json(['send', ann.peerId, 'one'])
  const one = await first.next('direct')
  expect(JSON.parse(one.data)).toMatchObject({ event: 'direct', text: 'one', peer: bob.peerId })
  first.leave()
  await bob.json(['send', ann.peerId, 'two'])

  const resumed = await events({ 'last-event-id': one.id })
  expect(JSON.parse((await resumed.next('direct')).data)).toMatchObject({ text: 'two' })
  resumed.leave()

  const again = await events({ 'last-event-id': start })
  expect(JSON.parse((await again.next('direct')).data)).toMatchObject({ text: 'one' })
  again.leave()

  const ofAnotherRun = await events({ 'last-event-id': '0123456789ab-1' })
  expect(JSON.parse((await ofAnotherRun.next('gap')).data)).toEqual({ event: 'gap', missed: null })
  ofAnotherRun.leave()
})

async function events(headers: Record<string, string>) {
  const leaving = new AbortController()
  const all = { authorization: `Bearer ${token}`, ...headers }
  const response = await fetch(new URL('/v1/events?direct=1', ann.api), { headers: all, signal: leaving.signal })
  const iterator = readEvents(response.body!)
  return {
    leave: () => leaving.abort(),
    next: async (name: string) => {
      for (;;) {
        const { value } = await iterator.next()
        if (value === undefined) throw new Error(`the events ended before a ${name}`)
        if (value.event === name) return value
      }
    },
  }
}
