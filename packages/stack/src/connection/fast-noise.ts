import { noise } from '@libp2p/noise'
import { MessageCutter } from './message-cutter.ts'
import { isReleasable, release } from './release.ts'
import { isLayer, isNoiseConnection, isTcpConnection } from './shapes.ts'
import { receiveStraight, sendStraight } from './straight.ts'
import type { Bytes, NoiseConnection, TcpConnection } from './shapes.ts'
import type { MessageStream } from '@libp2p/interface'

/** Up to this the parts of a message are copied into one buffer; above it a socket takes them with one writev. */
const JOIN_BYTES = 16_384

/** The encrypter of @libp2p/noise with shorter ways through an established connection. Nothing changes on the wire. */
export function fastNoise(): ReturnType<typeof noise> {
  const create = noise()
  return components => {
    const encrypter = create(components)
    const secureInbound = encrypter.secureInbound.bind(encrypter)
    const secureOutbound = encrypter.secureOutbound.bind(encrypter)
    encrypter.secureInbound = async (lower, options) => {
      const secured = await secureInbound(lower, options)
      shorten(secured.connection, lower)
      return secured
    }
    encrypter.secureOutbound = async (lower, options) => {
      const secured = await secureOutbound(lower, options)
      shorten(secured.connection, lower)
      return secured
    }
    return encrypter
  }
}

function shorten(upper: unknown, lower: MessageStream): void {
  if (!isNoiseConnection(upper)) return
  const overTcp = isTcpConnection(lower)
  if (overTcp) writeOnce(lower)
  shortenSend(upper, lower)
  // over TCP a chunk is what one read of the socket gave; of other transports we do not know whose it is
  shortenReceive(upper, lower, () => overTcp && lower.listenerCount('message') === 1)
}

/** The class hands length, ciphertext and tag down one by one, and each is a system call, or a WebSocket message. */
function shortenSend(upper: NoiseConnection, lower: MessageStream): void {
  const send = (data: Bytes): boolean => {
    const sealed = upper.encrypt(data)
    return lower.send(sealed.byteLength <= JOIN_BYTES ? sealed.subarray() : sealed)
  }
  upper.sendData = data => ({ sentBytes: data.byteLength, canSendMore: send(data) })
  sendStraight(upper, send)
}

function shortenReceive(upper: NoiseConnection, lower: MessageStream, ownsChunks: () => boolean): void {
  const { handshake, metrics } = upper
  upper.decoder = new MessageCutter(upper.decoder.buffer, ownsChunks)
  // the class copies each message that came in two chunks, and decrypts into the copy
  upper.decrypt = message => {
    try {
      const plaintext = handshake.decrypt(message)
      metrics?.decryptedPackets?.increment()
      return plaintext
    } catch (error) {
      metrics?.decryptErrors?.increment()
      throw error
    }
  }
  if (!isLayer(lower)) return
  // as the listener of the class does
  receiveStraight(lower, data => {
    try {
      for (const message of upper.decoder.decode(data)) upper.onData(upper.decrypt(message))
    } catch (error) {
      upper.abort(error as Error)
    }
  })
}

/**
 * All parts of a message in one system call. The socket takes them all, its answer says whether to wait for 'drain'.
 * Nothing but what `encrypt` made comes here after the handshake, so when a part has left nobody looks at it any more.
 */
function writeOnce(connection: TcpConnection): void {
  const { socket } = connection
  const write = (data: Bytes): boolean => {
    if (data instanceof Uint8Array) return socket.write(data)
    let canSendMore = true
    socket.cork()
    for (const part of data) {
      canSendMore = isReleasable(part) ? socket.write(part, error => released(part, error)) : socket.write(part)
    }
    socket.uncork()
    return canSendMore
  }
  connection.sendData = data => ({ sentBytes: data.byteLength, canSendMore: write(data) })
  sendStraight(connection, write)
}

/** A write that failed may still be under way in the system. */
function released(part: Uint8Array, error: Error | null | undefined): void {
  if (error == null) release(part)
}
