import { MailboxError } from '@stoa/mailbox'
import { beforeEach, expect, test } from 'vitest'
import { createApp } from '../src/http/app.ts'
import { MemoryMailbox } from './memory-mailbox.ts'
import type { MailboxCode } from '@stoa/mailbox'
import type { AppInit } from '../src/http/app.ts'

const PEER = '12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1'
const ONE = `11111111${'0'.repeat(56)}`
const TWO = `11111112${'0'.repeat(56)}`

let mail: MemoryMailbox
let bugs: unknown[]
beforeEach(() => {
  mail = new MemoryMailbox()
  bugs = []
})

async function ask(path: string, body?: unknown) {
  const app = createApp({
    node: { mail: mail.asService() } as AppInit['node'],
    streams: {} as AppInit['streams'],
    token: 't',
    port: () => 1,
    version: '0.0.0',
    strayErrors: () => ({ expected: 0, unexpected: 0 }),
    metrics: { contentType: '', metrics: () => Promise.resolve('') },
    areMetricsOpen: false,
    onBug: error => bugs.push(error),
  })
  const response = await app.request(`http://127.0.0.1:1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      host: '127.0.0.1:1',
      authorization: 'Bearer t',
      'content-length': String(JSON.stringify(body)?.length ?? 0),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('a letter is sent as text or as bytes, with what was asked for', async () => {
  const sent = await ask('/v1/mail', { to: PEER, text: 'hello', contentType: 'text/plain', ttlMs: 60_000, waitMs: 0 })
  expect(sent).toEqual({
    status: 200,
    body: {
      id: '1'.padStart(64, '0'),
      to: PEER,
      state: 'stored',
      stored: 2,
      isHandedOver: false,
      contentType: '',
      bytes: 5,
      createdMs: 1,
      expiresMs: 3,
      changedMs: 2,
      attempts: 1,
      error: null,
    },
  })
  await ask('/v1/mail', { to: PEER, base64: 'AP8=' })
  expect(mail.sent).toMatchObject([
    { to: PEER, body: Buffer.from('hello'), options: { contentType: 'text/plain', ttlMs: 60_000, waitMs: 0 } },
    { to: PEER, body: Buffer.of(0, 255) },
  ])
})

test.for<[MailboxCode, number]>([
  ['bad-option', 400],
  ['bad-ttl', 400],
  ['unsupported-key', 400],
  ['no-key', 404],
  ['too-large', 413],
  ['bad-stamp', 502],
  ['refused', 502],
  ['unreachable', 502],
  ['outbox-full', 503],
  ['not-started', 503],
  ['aborted', 503],
  ['too-dear', 507],
  ['no-room', 507],
  ['read-only', 507],
])('%s is answered with %d, and no letter is under way', async ([code, status]) => {
  mail.refusal = new MailboxError(code, 'why')
  const { retryable } = mail.refusal
  const answer = await ask('/v1/mail', { to: PEER, text: '' })
  expect(answer).toEqual({ status, body: { error: { code, message: 'why', retryable } } })
  expect([mail.sent, bugs]).toEqual([[], []])
})

test.for<[string, unknown]>([
  ['no receiver', { text: '' }],
  ['a receiver that is none', { to: 'nobody', text: '' }],
  ['no body', { to: PEER }],
  ['two bodies', { to: PEER, text: '', base64: '' }],
  ['a lifetime that is none', { to: PEER, text: '', ttlMs: 0 }],
  ['a wait beyond the limit', { to: PEER, text: '', waitMs: 300_001 }],
  ['an option that is none', { to: PEER, text: '', ttl: '1d' }],
])('%s is refused before anything is sent', async ([, body]) => {
  expect(await ask('/v1/mail', body)).toMatchObject({ status: 400, body: { error: { code: 'bad-request' } } })
  expect(mail.sent).toEqual([])
})

test('a body beyond the limit is not read', async () => {
  const answer = await ask('/v1/mail', { to: PEER, text: 'x'.repeat(300_000) })
  expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too-large' } } })
})

test('the inbox is listed, what is no text in base64', async () => {
  mail.put(ONE, Buffer.from('hello'))
  mail.put(TWO, Buffer.of(0, 255))
  const letter = { from: PEER, contentType: 'text/plain', sentMs: 1, receivedMs: 2, expiresMs: 3 }
  expect((await ask('/v1/mail/inbox')).body).toEqual({
    letters: [
      { id: ONE, ...letter, bytes: 5, text: 'hello' },
      { id: TWO, ...letter, bytes: 2, base64: 'AP8=' },
    ],
    next: null,
  })
  expect((await ask('/v1/mail/inbox?limit=1')).body).toMatchObject({ letters: [{ id: ONE }], next: ONE })
  expect((await ask(`/v1/mail/inbox?after=${ONE}`)).body).toMatchObject({ letters: [{ id: TWO }], next: null })
})

test('a page of long letters is cut, and goes on where it was', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => index.toString(16).padStart(64, '0'))
  for (const id of ids) mail.put(id, new Uint8Array(40_000).fill(120))
  const seen: string[] = []
  for (let query = ''; ;) {
    const { letters, next } = (await ask(`/v1/mail/inbox${query}`)).body as {
      letters: Array<{ id: string }>
      next: string | null
    }
    expect(letters.length).toBeLessThanOrEqual(26)
    seen.push(...letters.map(({ id }) => id))
    if (next === null) break
    query = `?after=${next}`
  }
  expect(seen).toEqual(ids)
})

test('a letter is found by its id or how it begins, and is gone once acknowledged', async () => {
  mail.put(ONE, Buffer.from('one'))
  mail.put(TWO, Buffer.from('two'))
  for (const id of [ONE, ONE.slice(0, 8), ONE.slice(0, 20)]) {
    expect(await ask(`/v1/mail/inbox/${id}`)).toMatchObject({ status: 200, body: { id: ONE, text: 'one' } })
  }
  expect(await ask('/v1/mail/inbox/11111112/ack', {})).toEqual({ status: 200, body: { id: TWO } })
  for (const path of [`/v1/mail/inbox/${TWO}`, '/v1/mail/inbox/11111112', '/v1/mail/outbox/11111111']) {
    expect(await ask(path)).toMatchObject({ status: 404, body: { error: { code: 'not-found' } } })
  }
  expect(await ask(`/v1/mail/inbox/${TWO}/ack`, {})).toMatchObject({ status: 404 })
})

test('a beginning that several share is refused', async () => {
  const same = 'ab'.repeat(8)
  mail.put(same.padEnd(64, '0'), Buffer.from('one'))
  mail.put(same.padEnd(64, '1'), Buffer.from('two'))
  for (const [path, body] of [[`/v1/mail/inbox/${same}`], [`/v1/mail/inbox/${same}/ack`, {}]] as const) {
    expect(await ask(path, body)).toMatchObject({
      status: 409,
      body: { error: { code: 'ambiguous', retryable: false, message: expect.stringContaining(same.padEnd(64, '1')) } },
    })
  }
  expect(mail.letters.size).toBe(2)
})

test.for(['/v1/mail/inbox/1234567', '/v1/mail/outbox/xyz', '/v1/mail/inbox?limit=501', '/v1/mail/outbox?state=gone'])(
  '%s is refused',
  async path => {
    expect(await ask(path)).toMatchObject({ status: 400, body: { error: { code: 'bad-request' } } })
  },
)

test('deliveries are listed by state, and found one by one', async () => {
  await ask('/v1/mail', { to: PEER, text: 'x' })
  const id = '1'.padStart(64, '0')
  expect((await ask('/v1/mail/outbox?state=stored')).body).toMatchObject({ deliveries: [{ id }], next: null })
  expect((await ask('/v1/mail/outbox?state=failed')).body).toEqual({ deliveries: [], next: null })
  expect((await ask(`/v1/mail/outbox/${id}`)).body).toMatchObject({ id, state: 'stored', stored: 2 })
})

test('the node’s mail keys are shown, their public parts', async () => {
  expect((await ask('/v1/mail/key')).body).toEqual(mail.ownKeys())
})
