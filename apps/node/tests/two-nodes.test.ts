import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NodeProcess, temporaryDirectory } from './processes.ts'

describe.for([
  ['TCP', '/ip4/127.0.0.1/tcp/0'],
  ['WebSockets alone', '/ip4/127.0.0.1/tcp/0/ws'],
])('two nodes over %s, one given the address of the other', ([, address]) => {
  const opened = new AsyncDisposableStack()
  let ann: NodeProcess
  let bob: NodeProcess

  beforeAll(async () => {
    const { path } = opened.use(await temporaryDirectory())
    ann = opened.use(await NodeProcess.start(join(path, 'ann'), ['--listen', address!]))
    const bootstrap = ['--listen', address!, '--bootstrap', ann.addresses[0]!]
    bob = opened.use(await NodeProcess.start(join(path, 'bob'), bootstrap))
  })
  afterAll(() => opened.disposeAsync())

  test('see each other', async () => {
    await ann.event('peer:connect', { peer: bob.peerId, direction: 'inbound' })
    await bob.event('peer:connect', { peer: ann.peerId, direction: 'outbound' })
    expect(await bob.json(['peers'])).toMatchObject({ peer: ann.peerId, isConnected: true, direction: 'outbound' })
    expect((await ann.cli(['peers'])).stdout).toContain(bob.peerId)
    expect(await ann.json(['status'])).toMatchObject({ peerId: ann.peerId, peers: { connected: 1 } })
  })

  test('say who they are', async () => {
    expect(await ann.json(['id'])).toEqual({ peerId: ann.peerId, addresses: ann.addresses })
    expect((await ann.cli(['id'])).stdout.split('\n')[0]).toBe(ann.peerId)
    expect(ann.addresses[0]).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+(\/ws)?\/p2p\/12D3KooW\w+$/)
  })

  test('reach each other', async () => {
    expect(await bob.json(['ping', ann.peerId])).toMatchObject({ peer: ann.peerId, rttMs: expect.any(Number) })
    expect(await ann.json(['connect', bob.addresses[0]!])).toMatchObject({ peer: bob.peerId })
  })

  test('send to one another, from arguments and from standard input', async () => {
    expect(await ann.json(['send', bob.peerId, 'hello bob'])).toMatchObject({ peer: bob.peerId })
    expect(await bob.event('direct', { text: 'hello bob' })).toMatchObject({
      peer: ann.peerId,
      contentType: 'text/plain',
      sentMs: expect.any(Number),
      receivedMs: expect.any(Number),
    })
    await using listener = await ann.listen(['--direct'])
    await bob.json(['send', ann.addresses[0]!, '-', '--content-type', 'text/markdown'], 'two\nlines\n')
    const direct = await listener.line('direct', ({ event }) => event === 'direct')
    expect(direct).toMatchObject({ text: 'two\nlines', contentType: 'text/markdown', peer: bob.peerId })
  })

  test('broadcast to who listens, both ways; the same text twice is two messages', async () => {
    await using annListens = await ann.listen(['--topic', 'lobby'])
    await using bobListens = await bob.listen(['--topic', 'lobby', '--topic', 'other'])
    for (const [from, to, name] of [
      [ann, bobListens, 'ann'],
      [bob, annListens, 'bob'],
    ] as const) {
      const first = await from.json(['broadcast', 'lobby', `hello from ${name}`])
      const second = await from.json(['broadcast', 'lobby', '-'], `hello from ${name}`)
      expect(first).toMatchObject({ topic: 'lobby', recipients: 1, duplicate: false })
      for (const { id } of [first, second]) {
        const heard = await to.line(`broadcast ${id as string}`, line => line.id === id)
        expect(heard).toMatchObject({ event: 'broadcast', text: `hello from ${name}`, receivedFrom: from.peerId })
      }
    }
  })

  test('a broadcast that nobody is on the topic of says so, and is no error', async () => {
    const done = await ann.cli(['broadcast', 'nowhere', 'hello'])
    expect(done).toEqual({ code: 0, stdout: 'no connected peer is on nowhere yet\n', stderr: '' })
  })

  test('what a peer sends does nothing to the terminal', async () => {
    await ann.json(['send', bob.peerId, '\u001b[2J\u009b31m'])
    await bob.event('direct', { text: '\u001b[2J\u009b31m' })
    const raw = await bob.cli(['status'])
    // oxlint-disable-next-line no-control-regex
    expect(raw.stdout).not.toMatch(/[\u001b\u009b]/)
  })

  test('close cleanly: the other notices', async () => {
    expect(await bob.stop('SIGINT')).toEqual({ code: 0, signal: null })
    await ann.event('peer:disconnect', { peer: bob.peerId })
    expect(await ann.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    expect([ann.stderr, bob.stderr]).toEqual(['', ''])
  })
})
