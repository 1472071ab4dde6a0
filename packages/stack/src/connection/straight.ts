import type { Bytes, Layer } from './shapes.ts'

// A stream of @libp2p/utils puts each piece of data into its write buffer, copies the list, takes it out and says
// 'idle'; on the way in there is a read buffer and an event. With three such layers that was 23 % of a small request
// (docs/decisions/0006). Here is the common case: open, nothing queued, not paused. All else is left to the class.

/**
 * Has `write` called with what is sent while nothing waits to be sent.
 * @param write - takes all of the data and says whether there is room for more; undefined when it took nothing
 */
export function sendStraight(stream: Layer, write: (data: Bytes) => boolean | undefined): void {
  // metrics that are switched on have replaced it, to count bytes
  if (Object.hasOwn(stream, 'send')) return
  const send = stream.send.bind(stream)
  stream.send = data => {
    if (!canSend(stream) || data.byteLength === 0) return send(data)
    let hasRoom: boolean | undefined
    try {
      hasRoom = write(data)
    } catch (error) {
      stream.abort(error as Error)
      throw error
    }
    if (hasRoom === undefined) return send(data)
    if (!hasRoom) stream.writableNeedsDrain = true
    if (stream.listenerCount('idle') > 0) stream.dispatchEvent(new Event('idle'))
    return hasRoom
  }
}

/**
 * Hands what arrives to a function instead of dispatching an event, while the event has one listener: the one that the
 * function stands in for.
 * @param receive - must not throw
 */
export function receiveStraight(stream: Layer, receive: (data: Bytes) => void): void {
  const onData = stream.onData.bind(stream)
  stream.onData = data => {
    if (canReceive(stream)) receive(data)
    else onData(data)
  }
}

function canSend(stream: Layer): boolean {
  return stream.writeStatus === 'writable' && !stream.writableNeedsDrain && stream.writeBufferLength === 0
}

function canReceive(stream: Layer): boolean {
  return (
    stream.readStatus === 'readable' &&
    stream.remoteWriteStatus === 'writable' &&
    stream.readBufferLength === 0 &&
    stream.listenerCount('message') === 1 &&
    // as for `send`
    !Object.hasOwn(stream, 'dispatchEvent')
  )
}
