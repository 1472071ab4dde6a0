import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@stoa/testkit'
import { startTor } from '@stoa/tor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeControl, safeCookie } from './fake-control.ts'
import { fakeSocks } from './fake-socks.ts'
import type { Socket } from 'node:net'
import type { StartTorInit } from '@stoa/tor'
import type { Script } from './fake-control.ts'

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'stoa-tor-test-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

/** A Tor behind a control port that speaks by this script. */
async function joined(script: Script, init: Partial<StartTorInit> = {}) {
  const stack = new AsyncDisposableStack()
  const control = stack.use(await fakeControl(script))
  try {
    const tor = stack.use(await startTor({ dataDir, control: control.endpoint, restartMs: 1, ...init }))
    return { control, tor, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** A Tor that serves our onion address when it is asked to, and answers otherwise as the other script says. */
function serving(otherwise: Script = () => undefined): { script: Script; address: string } {
  const service = {
    address: '',
    script: (command: string, socket: Socket) =>
      otherwise(command, socket) ??
      (command.startsWith('ADD_ONION') ? `250-ServiceID=${service.address}\r\n250 OK\r\n` : undefined),
  }
  return service
}

const addressOf = (onion: string): string => /\/onion3\/([a-z2-7]{56}):/.exec(onion)?.[1] ?? ''

test('its SOCKS port is asked for when it was not named', async () => {
  await using running = await joined(() => undefined)
  expect(running.tor.socks()).toEqual({ host: '127.0.0.1', port: 9050 })
  expect(running.tor.status()).toMatchObject({ state: 'up', bootstrap: { percent: 100, summary: 'Done' } })
})

test('a Tor without a SOCKS port, or with one elsewhere', async () => {
  const none: Script = command =>
    command.endsWith('listeners/socks') ? '250-net/listeners/socks=\r\n250 OK\r\n' : undefined
  await expect(joined(none)).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringContaining('SocksPort'),
  })
  const far: Script = command =>
    command.endsWith('listeners/socks') ? '250-net/listeners/socks="192.0.2.1:9050"\r\n250 OK\r\n' : undefined
  await expect(joined(far)).rejects.toMatchObject({ code: 'bad-option' })
})

test('nobody listens on the control port', async () => {
  const control = await fakeControl()
  await control[Symbol.asyncDispose]()
  await expect(startTor({ dataDir, control: control.endpoint })).rejects.toMatchObject({
    code: 'control-failed',
    retryable: true,
  })
})

test('a control port that does not answer', async () => {
  await expect(joined(() => '', { controlTimeoutMs: 50 })).rejects.toMatchObject({
    code: 'control-failed',
    message: expect.stringContaining('did not answer for 50 ms'),
  })
})

test.each<[string, string]>([
  ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['sends a line without end', 'x'.repeat(1_000_000)],
  ['sends a reply without end', '250-x\r\n'.repeat(10_000)],
  ['sends data without end', `250+x=\r\n${'data\r\n'.repeat(100_000)}`],
  ['answers what nobody asked', '250 OK\r\n250 OK\r\n250 OK\r\n250 OK\r\n'],
  ['sends noise', randomBytes(50_000).toString('latin1')],
])('a control port that %s', async (_, answer) => {
  await expect(joined(() => answer)).rejects.toMatchObject({
    name: 'TorError',
    code: expect.stringMatching(/^(control-failed|auth-refused)$/),
  })
})

test('a Tor that is too old, and something that is no Tor', async () => {
  const old: Script = command => (command === 'GETINFO version' ? '250-version=0.4.6.10\r\n250 OK\r\n' : undefined)
  await expect(joined(old)).rejects.toMatchObject({ code: 'wrong-version', message: expect.stringContaining('0.4.7') })
  const other: Script = command => (command === 'GETINFO version' ? '250-version=onion\r\n250 OK\r\n' : undefined)
  await expect(joined(other)).rejects.toMatchObject({ code: 'wrong-version' })
})

test('the cookie proves who we are without being told, and only to whoever knows it', async () => {
  const cookie = randomBytes(32)
  const file = join(dataDir, 'cookie')
  await writeFile(file, cookie)
  await using running = await joined(safeCookie(file, cookie))
  expect(running.tor.status().state).toBe('up')
  expect(running.control.commands.join('\n')).not.toContain(cookie.toString('hex'))

  const impostor = joined(safeCookie(file, randomBytes(32)))
  await expect(impostor).rejects.toMatchObject({
    code: 'auth-refused',
    message: expect.stringContaining('not that Tor'),
  })
})

test('a file that is no cookie is never sent', async () => {
  const file = join(dataDir, 'secret')
  await writeFile(file, randomBytes(64))
  const sent: string[] = []
  const script: Script = command => {
    sent.push(command)
    return command.startsWith('PROTOCOLINFO') ? `250-AUTH METHODS=COOKIE COOKIEFILE="${file}"\r\n250 OK\r\n` : undefined
  }
  await expect(joined(script)).rejects.toMatchObject({ code: 'auth-refused' })
  expect(sent).toEqual(['PROTOCOLINFO 1'])
})

test('a cookie that we may not read: the error says which group', async () => {
  const script: Script = command =>
    command.startsWith('PROTOCOLINFO')
      ? '250-AUTH METHODS=SAFECOOKIE COOKIEFILE="/nowhere/cookie"\r\n250 OK\r\n'
      : undefined
  await expect(joined(script)).rejects.toMatchObject({
    code: 'auth-refused',
    message: expect.stringContaining('debian-tor'),
  })
})

const wantsPassword =
  (right: string): Script =>
  command => {
    if (command.startsWith('PROTOCOLINFO')) return '250-AUTH METHODS=HASHEDPASSWORD\r\n250 OK\r\n'
    if (!command.startsWith('AUTHENTICATE')) return undefined
    return command === `AUTHENTICATE ${Buffer.from(right).toString('hex')}`
      ? '250 OK\r\n'
      : '515 Bad authentication\r\n'
  }

test('a password, also one with quotes and line ends', async () => {
  await using running = await joined(wantsPassword('a "b"\r\nQUIT\\ ü'), { controlPassword: 'a "b"\r\nQUIT\\ ü' })
  expect(running.tor.status().state).toBe('up')
})

test('a wrong password, and none', async () => {
  await expect(joined(wantsPassword('right'), { controlPassword: 'wrong' })).rejects.toMatchObject({
    code: 'auth-refused',
    retryable: false,
    message: expect.not.stringContaining('wrong'),
  })
  await expect(joined(wantsPassword('right'))).rejects.toMatchObject({
    message: expect.stringContaining('wants its password'),
  })
})

test('a Tor that does not come into its network: the error says how far it came, and why', async () => {
  const script: Script = command =>
    command.endsWith('bootstrap-phase')
      ? '250-status/bootstrap-phase=WARN BOOTSTRAP PROGRESS=10 TAG=conn SUMMARY="Connecting" WARNING="No route to host"\r\n250 OK\r\n'
      : undefined
  await expect(joined(script, { bootstrapTimeoutMs: 50 })).rejects.toMatchObject({
    code: 'bootstrap-failed',
    message: expect.stringMatching(/10 %.*Connecting.*No route to host/),
  })
})

test('progress is told as it comes, and each step once', async () => {
  const seen: number[] = []
  const script: Script = (command, socket) => {
    if (!command.endsWith('bootstrap-phase')) return undefined
    setImmediate(() => {
      for (const percent of [5, 5, 50, 100]) {
        socket.write(`650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=${percent} TAG=x SUMMARY="at ${percent}"\r\n`)
      }
    })
    return '250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=5 TAG=x SUMMARY="at 5"\r\n250 OK\r\n'
  }
  await using running = await joined(script, { onBootstrap: ({ percent }) => seen.push(percent) })
  expect(running.tor.status().bootstrap).toEqual({ percent: 100, summary: 'at 100' })
  expect(seen).toEqual([5, 50, 100])
})

test('the caller may give up while Tor bootstraps', async () => {
  const controller = new AbortController()
  const script: Script = command =>
    command.endsWith('bootstrap-phase')
      ? '250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=5 SUMMARY="x"\r\n250 OK\r\n'
      : undefined
  const reason = new Error('enough')
  const starting = joined(script, { signal: controller.signal, onBootstrap: () => controller.abort(reason) })
  await expect(starting).rejects.toMatchObject({ code: 'aborted', cause: reason })
})

test('our onion service is added with proof of work, its circuits bounded, and found when directories have it', async () => {
  const service = serving()
  await using running = await joined(service.script)
  const address = addressOf(running.tor.onion().toString())
  service.address = address
  await running.tor.serve({ host: '127.0.0.1', port: 12_345 })
  expect(running.control.commands.at(-1)).toMatch(
    /^ADD_ONION ED25519-V3:\S{88} Flags=MaxStreamsCloseCircuit PoWDefensesEnabled=1 MaxStreams=8 Port=4001,127\.0\.0\.1:12345$/,
  )
  expect(running.tor.status()).toMatchObject({ hasProofOfWork: true, isReachable: false })
  const reachable = running.tor.reachable()
  running.control.say(`650 HS_DESC UPLOAD ${address} UNKNOWN $A~a\r\n650 HS_DESC UPLOADED ${address} UNKNOWN $A~a\r\n`)
  await reachable
  expect(running.tor.status().isReachable).toBe(true)
  await expect(running.tor.serve({ host: '127.0.0.1', port: 1 })).rejects.toMatchObject({ code: 'bad-option' })
})

test('a Tor that knows no proof of work serves without', async () => {
  const without: Script = command => (command.includes('PoW') ? '513 Invalid PoWDefensesEnabled value\r\n' : undefined)
  const service = serving(without)
  await using running = await joined(service.script)
  service.address = addressOf(running.tor.onion().toString())
  await running.tor.serve({ host: '127.0.0.1', port: 1 })
  expect(running.tor.status().hasProofOfWork).toBe(false)
})

test('a Tor that serves another address than ours is refused', async () => {
  await using running = await joined(() => undefined)
  await expect(running.tor.serve({ host: '127.0.0.1', port: 1 })).rejects.toMatchObject({
    code: 'control-failed',
    message: expect.not.stringContaining('ED25519-V3'),
  })
})

test('when its control port ends it is waited for, and our onion service comes back at the same address', async () => {
  const service = serving()
  await using running = await joined(service.script)
  const { tor, control } = running
  const before = tor.onion().toString()
  service.address = addressOf(before)
  await tor.serve({ host: '127.0.0.1', port: 1 })
  const events: string[] = []
  for (const type of ['down', 'up'] as const) tor.addEventListener(type, () => events.push(type))
  control.hangUp()
  await until(() => events.includes('up'), { on: [[tor, 'up']] })
  expect(events).toEqual(['down', 'up'])
  expect(tor.status()).toMatchObject({ state: 'up', restarts: 1, onion: before, hasProofOfWork: true })
  expect(control.commands.filter(command => command.startsWith('ADD_ONION'))).toHaveLength(2)
})

test('while it is down a dial says so', async () => {
  await using running = await joined(() => undefined, { restartMs: 60_000 })
  const down = new Promise(resolve => running.tor.addEventListener('down', resolve, { once: true }))
  running.control.hangUp()
  await down
  expect(() => running.tor.socks()).toThrow(expect.objectContaining({ code: 'tor-down' }))
})

test('a control port that stops answering counts as gone', async () => {
  let isSilent = false
  await using running = await joined(() => (isSilent ? '' : undefined), {
    keepAliveMs: 5,
    controlTimeoutMs: 50,
    restartMs: 60_000,
  })
  const down = new Promise<Event>(resolve => running.tor.addEventListener('down', resolve, { once: true }))
  isSilent = true
  expect(await down).toMatchObject({ detail: { message: expect.stringContaining('did not answer') } })
})

test('whoever waits for it to be reachable hears that it was stopped', async () => {
  await using running = await joined(() => undefined)
  const waiting = running.tor.reachable().catch((error: unknown) => error)
  const given = running.tor.reachable({ signal: AbortSignal.abort() })
  await expect(given).rejects.toMatchObject({ code: 'aborted' })
  await running.tor.stop()
  expect(await waiting).toMatchObject({ code: 'stopped' })
  expect(running.tor.status().state).toBe('stopped')
})

test('with a SOCKS port only it dials, and does not listen', async () => {
  await using socks = await fakeSocks(() => 'silence')
  const { port } = socks.endpoint as { port: number }
  await using tor = await startTor({ dataDir, socks: `127.0.0.1:${port}` })
  expect(tor.socks()).toEqual(socks.endpoint)
  await expect(tor.serve(tor.inbound)).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringContaining('control'),
  })
})

test('a SOCKS port that is not there', async () => {
  const socks = await fakeSocks(() => 'silence')
  await socks[Symbol.asyncDispose]()
  const { port } = socks.endpoint as { port: number }
  await expect(startTor({ dataDir, socks: `127.0.0.1:${port}` })).rejects.toMatchObject({ code: 'socks-failed' })
})
