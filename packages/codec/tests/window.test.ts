import { random, streamPair } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { boundStream } from '../src/index.ts'
import type { Stream } from '@libp2p/interface'

const PIECE_BYTES = 1_024
/** What yamux grants at first is 256 of them. */
const PIECES = 1_024

/** Counts what a stream of yamux sends of itself: window updates, where it writes nothing. */
function countFrames(stream: Stream): () => number {
  const sending = stream as unknown as { sendFrame: (...frame: unknown[]) => boolean }
  const { sendFrame } = sending
  let frames = 0
  sending.sendFrame = (...frame) => {
    frames++
    return sendFrame(...frame)
  }
  return () => frames
}

test('a peer is granted more when it has used half of what it had, not with every frame', async () => {
  await using pair = await streamPair()
  const [from, to] = [boundStream(pair.outbound), boundStream(pair.inbound)]
  const frames = countFrames(pair.inbound)
  const piece = random('piece').bytes(PIECE_BYTES)
  let read = 0
  for (let sent = 0; sent < PIECES; sent++) {
    await from.write(piece)
    read += (await to.read())!.byteLength
  }
  while (read < PIECES * PIECE_BYTES) read += (await to.read())!.byteLength
  expect(frames()).toBeGreaterThan(0)
  expect(frames()).toBeLessThan(PIECES / 64)
})
