import { frameStream } from '@stoa/codec'
import { memoryGrowth, random, rawPeer, until } from '@stoa/testkit'
import { describe, expect, test } from 'vitest'
import { syncMessages } from '../src/core/sync-codec.ts'
import { MAX_FRAME_BYTES } from '../src/core/sync-limits.ts'
import { EndCode } from '../src/core/sync-message.ts'
import { PROTOCOL, QUIET, replicaOf, syncNetwork } from './sync-nodes.ts'
import { entryOf, sha256 } from './sync-model.ts'
import type { FrameStream } from '@stoa/codec'
import type { SyncMessage } from '../src/core/sync-message.ts'
import type { SyncOptions } from '../src/net/sync-options.ts'

const source = random('liars')
const QUICK: Partial<SyncOptions> = { ...QUIET, idleTimeoutMs: 150, maxSessionMs: 400, graceMs: 200 }

/** What a liar does with a stream. */
type Script = (frames: FrameStream, next: () => Promise<SyncMessage | undefined>, held: Uint8Array) => Promise<void>

async function scene(options: Partial<SyncOptions> = QUICK) {
  const network = await syncNetwork({ size: 2, topology: 'none', options })
  const attacker = await rawPeer()
  const [victim, honest] = [network.node(0), network.node(1)]
  const replica = replicaOf(victim)
  for (let i = 0; i < 200; i++) replica.set.add(entryOf(source))
  return {
    victim,
    replica,
    attacker,
    /** An honest peer synchronizes with it, both ways. */
    serves: async () => {
      await network.connect(honest, victim)
      replicaOf(honest).set.add(entryOf(source))
      await until(() => replicaOf(honest).set.entries.size === replica.set.entries.size)
      expect(replica.set.claims.size).toBe(0)
      expect(replica.judging.entries).toBe(0)
    },
    [Symbol.asyncDispose]: async () => {
      await attacker[Symbol.asyncDispose]()
      await network[Symbol.asyncDispose]()
    },
  }
}

/** The victim begins a session with a peer that answers as the script has it. */
async function asked(stage: Awaited<ReturnType<typeof scene>>, script: Script): Promise<void> {
  await stage.attacker.node.handle(PROTOCOL, stream => {
    const frames = frameStream(stream, { maxFrameBytes: 4 * MAX_FRAME_BYTES })
    script(frames, () => nextMessage(frames), heldBy(stage)).catch(() => {})
  })
  // it is the victim that dialed, so it begins at once
  await stage.victim.dial(stage.attacker.node.getMultiaddrs())
}

/** A peer begins a session with the victim. */
async function asks(stage: Awaited<ReturnType<typeof scene>>, script: Script) {
  const stream = await stage.attacker.open(stage.victim, PROTOCOL)
  const frames = frameStream(stream, { maxFrameBytes: 4 * MAX_FRAME_BYTES })
  script(frames, () => nextMessage(frames), heldBy(stage)).catch(() => {})
  return stream
}

function heldBy({ replica }: Awaited<ReturnType<typeof scene>>): Uint8Array {
  return Buffer.from(replica.set.keys[0]!, 'hex')
}

async function nextMessage(frames: FrameStream): Promise<SyncMessage | undefined> {
  const frame = await frames.read()
  return frame && syncMessages.decode(frame)
}

async function untilWant(next: () => Promise<SyncMessage | undefined>): Promise<void> {
  for (let message = await next(); message?.type !== 'want'; message = await next())
    if (message === undefined) throw new Error('no Want came')
}

async function say(frames: FrameStream, ...messages: SyncMessage[]): Promise<void> {
  for (const message of messages) await frames.write(syncMessages.encode(message))
}

const hello: SyncMessage = { type: 'hello', hello: { nowMs: Date.now(), entries: 1e6, priceRank: undefined } }

/** A message of Negentropy with one range, from the beginning to the end. */
function reconcile(mode: 'fingerprint' | 'ids', content: Uint8Array): SyncMessage {
  return {
    type: 'reconcile',
    bytes: Buffer.concat([Uint8Array.of(0x61, 0, 0, mode === 'fingerprint' ? 1 : 2), content]),
  }
}

function idList(ids: Uint8Array[]): SyncMessage {
  const count = ids.length < 128 ? [ids.length] : [0x80 | (ids.length >> 7), ids.length & 0x7f]
  return reconcile('ids', Buffer.concat([Buffer.from(count), ...ids]))
}

/** All is equal. */
const nothing: SyncMessage = { type: 'reconcile', bytes: Uint8Array.of(0x61) }
const wrongFingerprint = () => reconcile('fingerprint', source.bytes(16))
const randomIds = (count: number) => Array.from({ length: count }, () => source.bytes(32))
const gone = (count: number): SyncMessage => ({
  type: 'entries',
  entries: Array.from({ length: count }, () => ({ bytes: new Uint8Array(0), stamp: undefined })),
})
const entries = (...all: Uint8Array[]): SyncMessage => ({
  type: 'entries',
  entries: all.map(bytes => ({ bytes, stamp: undefined })),
})

describe('a peer that answers with lies is found out, blamed and left alone', () => {
  test.each<[what: string, reason: string, script: Script]>([
    ['garbage', 'malformed', async frames => frames.write(Uint8Array.of(0xff, 0xff, 0xff))],
    ['a frame without a message', 'malformed', async frames => frames.write(new Uint8Array(0))],
    ['a frame that is too long', 'malformed', async frames => frames.write(new Uint8Array(MAX_FRAME_BYTES + 1))],
    ['two Hellos', 'out-of-turn', async frames => say(frames, hello, hello)],
    ['no Hello', 'out-of-turn', async frames => say(frames, wrongFingerprint())],
    ['an Offer', 'out-of-turn', async frames => say(frames, hello, { type: 'offer', ids: source.bytes(32) })],
    [
      'a Want of what was not offered',
      'not-asked',
      async frames => say(frames, hello, { type: 'want', ids: source.bytes(32) }),
    ],
    [
      'an end before it has come',
      'out-of-turn',
      async frames => say(frames, hello, { type: 'end', code: EndCode.DONE }),
    ],
    ['two Reconciles', 'out-of-turn', async frames => say(frames, hello, nothing, nothing)],
    [
      'a Reconcile that is no Negentropy',
      'malformed',
      async frames => say(frames, hello, reconcile('ids', Uint8Array.of(100))),
    ],
    [
      'another version of Negentropy',
      'malformed',
      async frames => say(frames, hello, { type: 'reconcile', bytes: Uint8Array.of(0x62) }),
    ],
    ['ids that are cut off', 'malformed', async frames => frames.write(Uint8Array.of(0x22, 0x03, 1, 2, 3))],
    ['entries that nobody asked for', 'not-asked', async frames => say(frames, hello, entries(entryOf(source)))],
    [
      'more entries than were asked for',
      'not-asked',
      async (frames, next) => {
        const [wanted, more] = [entryOf(source), entryOf(source)]
        await say(frames, hello, idList([sha256(wanted)]))
        await untilWant(next)
        await say(frames, entries(wanted, more))
      },
    ],
    [
      'another entry than was asked for',
      'invalid-entry',
      async (frames, next) => {
        await say(frames, hello, idList([sha256(entryOf(source))]))
        await untilWant(next)
        await say(frames, entries(entryOf(source)))
      },
    ],
    [
      'Entries without an entry, for ever',
      'malformed',
      async (frames, next) => {
        await say(frames, hello, idList(randomIds(10)))
        await untilWant(next)
        for (;;) {
          await say(frames, gone(0))
          await new Promise(resolve => setImmediate(resolve))
        }
      },
    ],
    [
      'ids that it cannot deliver',
      'missing',
      async (frames, next) => {
        await say(frames, hello, idList(randomIds(8_000)))
        for (;;) {
          const message = await next()
          if (message === undefined) return
          if (message.type === 'want') await say(frames, gone(message.ids.byteLength / 32))
        }
      },
    ],
    [
      'differences without end',
      'endless',
      async (frames, next) => {
        await say(frames, hello)
        for (;;) {
          const message = await next()
          if (message === undefined) return
          if (message.type === 'reconcile') await say(frames, wrongFingerprint())
        }
      },
    ],
  ])('%s: %s', async (_, reason, script) => {
    await using stage = await scene()
    await asked(stage, script)
    await until(() => stage.replica.blamed.length === 1)

    expect(stage.replica.blamed).toEqual([{ peer: stage.attacker.peerId.toString(), reason }])
    expect(stage.replica.sync.status().counters.sessions.lied).toBe(1)
    // and it gets no session of its own now
    const answers: Array<SyncMessage | undefined> = []
    await asks(stage, async (_, next) => void answers.push(await next()))
    await until(() => answers.length > 0)
    expect(answers).toEqual([{ type: 'end', code: EndCode.BUSY }])
    await stage.serves()
  })
})

describe('a peer that only takes time is left, and blamed for nothing', () => {
  test.each<[what: string, script: Script]>([
    ['never answers', async () => {}],
    ['says Hello and no more', async frames => say(frames, hello)],
    [
      'names ids and does not deliver',
      async (frames, next) => {
        await say(frames, hello, idList(randomIds(3_000)))
        for (;;) if ((await next()) === undefined) return
      },
    ],
    [
      'sends a frame byte by byte',
      async frames => {
        const stream = frames.stream
        const frame = Buffer.concat([Buffer.from([0x80, 0x80, 0x04]), new Uint8Array(65_536)])
        for (const byte of frame) {
          await stream.write(Uint8Array.of(byte))
          await new Promise(resolve => setTimeout(resolve, 20))
        }
      },
    ],
    [
      'delivers one entry now and then',
      async (frames, next) => {
        const all = Array.from({ length: 1_000 }, () => entryOf(source))
        await say(frames, hello, idList(all.map(sha256)))
        await untilWant(next)
        for (const entry of all) {
          await say(frames, entries(entry))
          await new Promise(resolve => setTimeout(resolve, 60))
        }
      },
    ],
    ['hangs up', async frames => frames.close()],
    ['says that it is busy', async frames => say(frames, { type: 'end', code: EndCode.BUSY })],
    ['says that we lie', async frames => say(frames, { type: 'end', code: EndCode.BAD_MESSAGE })],
  ])('%s', async (_, script) => {
    await using stage = await scene()
    await asked(stage, script)
    await until(() => {
      const { failed, refused } = stage.replica.sync.status().counters.sessions
      return failed + refused === 1
    })

    expect(stage.replica.blamed).toEqual([])
    expect(stage.replica.sync.status().sessionsOut).toBe(0)
    await stage.serves()
  })
})

describe('a peer that asks with lies is found out, and blamed', () => {
  test.each<[what: string, reason: string, script: Script]>([
    ['garbage', 'malformed', async frames => frames.write(Uint8Array.of(0xff, 0xff, 0xff))],
    ['a Want before Hello', 'out-of-turn', async frames => say(frames, { type: 'want', ids: source.bytes(32) })],
    ['a Want of nothing', 'malformed', async frames => say(frames, hello, { type: 'want', ids: new Uint8Array(0) })],
    ['an Offer of nothing', 'malformed', async frames => say(frames, hello, { type: 'offer', ids: new Uint8Array(0) })],
    ['entries that nobody asked for', 'not-asked', async frames => say(frames, hello, entries(entryOf(source)))],
    [
      'more rounds than there may be',
      'endless',
      async frames => {
        await say(frames, hello)
        for (let round = 0; round < 30; round++) await say(frames, wrongFingerprint())
      },
    ],
    [
      'more Wants than may be unanswered',
      'not-asked',
      async (frames, _, held) => {
        await say(frames, hello)
        // what is held, and is never read
        const ids = Buffer.alloc(32 * 1_024, held)
        for (let i = 0; i < 10; i++) await say(frames, { type: 'want', ids })
      },
    ],
    [
      'offers without end',
      'not-asked',
      async frames => {
        await say(frames, hello)
        for (let i = 0; i < 20; i++) await say(frames, { type: 'offer', ids: source.bytes(32 * 1_024) })
      },
    ],
    [
      'offers that it cannot keep',
      'missing',
      async (frames, next) => {
        await say(frames, hello)
        for (let i = 0; i < 4; i++) await say(frames, { type: 'offer', ids: source.bytes(32 * 1_024) })
        for (;;) {
          const message = await next()
          if (message === undefined) return
          if (message.type === 'want') await say(frames, gone(message.ids.byteLength / 32))
        }
      },
    ],
  ])('%s: %s', async (_, reason, script) => {
    await using stage = await scene()
    await asks(stage, script)
    await until(() => stage.replica.blamed.length === 1)

    expect(stage.replica.blamed).toEqual([{ peer: stage.attacker.peerId.toString(), reason }])
    await stage.serves()
  })
})

describe('a peer that asks for much', () => {
  test('and reads nothing costs one batch and what the stream holds', async () => {
    await using stage = await scene()
    const filler = Buffer.alloc(16_000)
    for (let i = 0; i < 4_096; i++) stage.replica.set.add(Buffer.concat([entryOf(source, 100), filler]))
    const all = [...stage.replica.set.entries.keys()].slice(-4_096).map(key => Buffer.from(key, 'hex'))
    const growth = await memoryGrowth(async () => {
      const stream = await stage.attacker.open(stage.victim, PROTOCOL)
      stream.pause()
      const frames = [
        hello,
        ...[0, 1, 2, 3].map(
          i => ({ type: 'want', ids: Buffer.concat(all.slice(i * 1_024, (i + 1) * 1_024)) }) as const,
        ),
      ]
      for (const message of frames) {
        const bytes = syncMessages.encode(message)
        stream.send(Buffer.concat([varint(bytes.byteLength), bytes]))
      }
      await until(() => stage.replica.sync.status().counters.sessions.failed === 1)
      return stream
    })

    expect(growth.peakRssBytes).toBeLessThan(32 << 20)
  })

  test('has one session at a time, and not one after the other for nothing', async () => {
    await using stage = await scene({ ...QUIET, inboundBurst: 5 })
    const codes: number[] = []
    const session: Script = async (frames, next) => {
      await say(frames, hello)
      for (;;) {
        const message = await next()
        if (message === undefined) return
        if (message.type === 'end') {
          await frames.close()
          codes.push(message.code)
          return
        }
        if (message.type === 'hello') await say(frames, { type: 'end', code: EndCode.DONE })
      }
    }
    const open = await asks(stage, async frames => say(frames, hello))
    await until(() => stage.replica.sync.status().sessionsIn === 1)
    await asks(stage, session)
    await until(() => codes.length === 1)
    expect(codes).toEqual([EndCode.BUSY])
    open.abort(new Error('enough'))
    await until(() => stage.replica.sync.status().sessionsIn === 0)

    for (let i = 0; i < 8; i++) {
      await asks(stage, session)
      await until(() => codes.length === i + 2)
    }
    expect(codes.filter(code => code === EndCode.DONE)).toHaveLength(4)
    await stage.serves()
  })
})

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value & 0x7f) | 0x80)
  return Uint8Array.from([...bytes, value])
}
