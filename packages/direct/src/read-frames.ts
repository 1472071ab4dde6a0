import { DirectError } from './errors.ts'
import { parseFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import type { StallWatch } from './stall-watch.ts'
import type { FrameStream } from '@stoa/codec'

/**
 * Hands every frame of a stream to `onFrame` until the peer ends it. Stops reading while our own frames find no room, so a peer that
 * does not read its answers cannot make us gather them.
 * @throws {DirectError} `malformed`, and whatever `onFrame` throws; {FrameError}, {StreamError} as the stream does.
 */
export async function readFrames(
  frames: FrameStream,
  watch: StallWatch,
  onFrame: (frame: Frame) => void,
): Promise<void> {
  do {
    for (let bytes = frames.next(); bytes !== undefined; bytes = frames.next()) {
      watch.framesRead++
      const frame = parseFrame(bytes)
      if (frame === undefined)
        throw new DirectError('malformed', `${bytes.byteLength} bytes are not a frame of spec/direct.md`)
      onFrame(frame)
      if (!frames.hasRoom) await frames.room()
    }
  } while (await frames.more())
}

/** Whether a stream ended because the peer broke the rules, and not because the connection was lost or somebody closed it. */
export function isBreach(error: unknown): boolean {
  if (error instanceof DirectError) return true
  const { name, code } = error as { name?: unknown; code?: unknown }
  return name === 'FrameError' || (name === 'StreamError' && code === 'overflow')
}
