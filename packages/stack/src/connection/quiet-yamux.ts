import { ProtocolError } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'
import { isLayer, isYamuxMuxer, isYamuxStream, STREAM_ESTABLISHED, STREAM_SYN_SENT } from './shapes.ts'
import { receiveStraight, sendStraight } from './straight.ts'
import type { Bytes, YamuxMuxer, YamuxStream } from './shapes.ts'
import type { MessageStream } from '@libp2p/interface'
import type { YamuxMuxerInit } from '@libp2p/yamux'

/** https://github.com/hashicorp/yamux/blob/master/spec.md: version, type, flags, stream, length. */
const HEADER_BYTES = 12

/** What @libp2p/yamux takes when it is not told, in bytes. */
const MAX_WINDOW_BYTES = 16_777_216

/** Up to this header and data are copied into one buffer; the class makes larger frames. */
const SMALL_BYTES = 1_024

/** The muxer of @libp2p/yamux that tells its peers less often how much more they may send. */
export function quietYamux(init: YamuxMuxerInit): ReturnType<typeof yamux> {
  const create = yamux(init)
  return () => {
    const factory = create()
    const createStreamMuxer = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = connection => {
      const muxer = createStreamMuxer(connection)
      if (isYamuxMuxer(muxer)) {
        boundFrames(muxer, init.streamOptions?.maxStreamWindowSize ?? MAX_WINDOW_BYTES)
        quietMuxer(muxer, connection)
      }
      return muxer
    }
    return factory
  }
}

/**
 * The class gathers a data frame until it is whole, and believes what the header says, up to 4 GiB. None can be longer
 * than the window: what waits to become a longer one ends the connection.
 */
function boundFrames(muxer: YamuxMuxer, maxWindowBytes: number): void {
  const onData = muxer.onData.bind(muxer)
  muxer.onData = data => {
    onData(data)
    const held = muxer.decoder.buffer.byteLength
    if (held > HEADER_BYTES + maxWindowBytes) {
      throw new ProtocolError(`${held} bytes of a frame are waiting, a window has ${maxWindowBytes}`)
    }
  }
}

function quietMuxer(muxer: YamuxMuxer, connection: MessageStream): void {
  const onCreateStream = muxer.onCreateStream.bind(muxer)
  const onRemoteStream = muxer.onRemoteStream.bind(muxer)
  muxer.onCreateStream = options => {
    const stream = onCreateStream(options)
    if (isYamuxStream(stream)) quietStream(stream, muxer)
    return stream
  }
  muxer.onRemoteStream = stream => {
    if (isYamuxStream(stream)) quietStream(stream, muxer)
    onRemoteStream(stream)
  }
  if (!isLayer(connection)) return
  // as the listener of the class does
  receiveStraight(connection, data => {
    try {
      muxer.onData(data)
    } catch (error) {
      muxer.abort(error as Error)
      connection.abort(error as Error)
    }
  })
}

function quietStream(stream: YamuxStream, muxer: YamuxMuxer): void {
  updateLess(stream)
  sendStraight(stream, data => {
    if (!hasNoFlags(stream) || data.byteLength > Math.min(stream.sendWindowCapacity, SMALL_BYTES)) return undefined
    stream.sendWindowCapacity -= data.byteLength
    return muxer.send(dataFrame(stream.streamId, data))
  })
}

/** Header and data in one buffer. */
function dataFrame(streamId: number, data: Bytes): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + data.byteLength)
  // version, type and flags are zero
  const header = new DataView(frame.buffer)
  header.setUint32(4, streamId)
  header.setUint32(8, data.byteLength)
  if (data instanceof Uint8Array) frame.set(data, HEADER_BYTES)
  else {
    let at = HEADER_BYTES
    for (const part of data) {
      frame.set(part, at)
      at += part.byteLength
    }
  }
  return frame
}

/**
 * The class answers every data frame with a window update, which is a noise message, a system call and a wake-up of
 * the peer for each small request. As go-yamux does, send it once half of the window was used: the sender has the
 * other half until then, so it never waits for an update that does not come.
 *
 * And double a window that was used that far: the class does so only when that took at most four round trips, of
 * which it measures 0 or 1 ms on a fast network, so the window stayed at 256 KiB. It ends at `maxStreamWindowSize`.
 *
 * In all other states the class decides: it may have a flag to send, or a pause that holds updates back.
 */
function updateLess(stream: YamuxStream): void {
  const sendWindowUpdate = stream.sendWindowUpdate.bind(stream)
  stream.sendWindowUpdate = () => {
    if (hasNoFlags(stream)) {
      if (stream.recvWindowCapacity > stream.recvWindow / 2) return
      stream.recvWindow = Math.min(stream.recvWindow * 2, stream.maxStreamWindowSize)
    }
    sendWindowUpdate()
  }
}

/** The next frame of the stream needs no flag, and the stream is not paused. */
function hasNoFlags(stream: YamuxStream): boolean {
  return stream.state === STREAM_ESTABLISHED || stream.state === STREAM_SYN_SENT
}
