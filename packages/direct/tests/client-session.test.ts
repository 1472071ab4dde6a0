import { frameStream } from '@stoa/codec'
import { streamPair, until } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { ClientSession } from '../src/client-session.ts'
import { noCounts } from '../src/counters.ts'
import { nowMs } from '../src/deadlines.ts'
import { frameHeader, Kind, maxFrameBytes, parseFrame } from '../src/frame.ts'
import { DEFAULTS } from '../src/options.ts'
import { echo } from './network.ts'

test('a stream whose ids are used up answers its last requests and takes no more', async () => {
  await using pair = await streamPair()
  const session = new ClientSession(
    frameStream(pair.outbound, { maxFrameBytes: maxFrameBytes(echo) }),
    echo,
    DEFAULTS,
    noCounts(),
    3,
  )
  const peer = frameStream(pair.inbound, { maxFrameBytes: maxFrameBytes(echo) })
  const timing = { timeoutMs: 10_000, deadlineMs: nowMs() + 10_000 }

  const requests = ['a', 'b', 'c'].map(value => session.request(value, timing))
  expect(session.isUsable).toBe(false)
  expect(session.isAlive).toBe(true)

  for (let i = 0; i < 3; i++) {
    const { id, payload } = parseFrame((await peer.read())!)!
    peer.enqueue(payload.slice(), frameHeader(Kind.RESPONSE, id, payload.byteLength))
  }
  expect(await Promise.all(requests)).toEqual(['a', 'b', 'c'])

  await Promise.all([session.close(), peer.close()])
  await until(() => pair.outbound.status !== 'open')
})

test('a request that waits for its turn keeps an id for it', async () => {
  await using pair = await streamPair()
  const session = new ClientSession(
    frameStream(pair.outbound, { maxFrameBytes: maxFrameBytes(echo) }),
    echo,
    { ...DEFAULTS, maxInFlight: 1 },
    noCounts(),
    2,
  )
  const timing = { timeoutMs: 10_000, deadlineMs: nowMs() + 10_000 }
  const requests = ['a', 'b'].map(value => session.request(value, timing).catch(() => {}))
  expect(session.isUsable).toBe(false)
  pair.inbound.abort(new Error('enough'))
  await Promise.all(requests)
})
