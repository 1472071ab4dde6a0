import { DirectError } from './errors.ts'
import { parseFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import type { FrameStream } from '@stoa/codec'

/**
 * Hands every frame of a stream to `onFrame` until the peer ends it. Stops reading while our own frames find no room, so a peer that
 * does not read its answers cannot make us gather them.
 * @throws {DirectError} when the peer stalls, and whatever `onFrame` throws; {FrameError}, {StreamError} as the stream does.
 */
export async function readFrames(
  frames: FrameStream,
  stallTimeoutMs: number,
  onFrame: (frame: Frame) => void,
): Promise<void> {
  let stalled: AbortSignal | undefined
  for (;;) {
    for (let bytes = frames.next(); bytes !== undefined; bytes = frames.next()) {
      stalled = undefined
      const frame = parseFrame(bytes)
      if (frame === undefined)
        throw new DirectError('malformed', `${bytes.byteLength} bytes are not a frame of spec/direct.md`)
      onFrame(frame)
      if (!frames.hasRoom) await frames.room({ signal: stallSignal(stallTimeoutMs, 'did not read its answers') })
    }
    // the time for one frame runs from its first byte, however slowly the others drip in
    if (frames.isAtBoundary) stalled = undefined
    else stalled ??= stallSignal(stallTimeoutMs, 'did not finish a frame')
    if (!(await frames.more({ signal: stalled }))) return
  }
}

function stallSignal(stallTimeoutMs: number, what: string): AbortSignal {
  const controller = new AbortController()
  const timer = setTimeout(
    () => controller.abort(new DirectError('timeout', `peer ${what} for ${stallTimeoutMs} ms`)),
    stallTimeoutMs,
  )
  ;(timer as { unref?: () => void }).unref?.()
  return controller.signal
}
