import { isUint8ArrayList } from 'uint8arraylist'
import type { Counter, MessageStream, StreamMuxer } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

// Every member of a libp2p class that this directory uses and that is not in its public types, in one place. Checked
// against @libp2p/noise 17.0.3, @libp2p/yamux 8.0.3, @libp2p/tcp 11.0.28 and @libp2p/utils 7.4.1. What does not have
// this shape runs the code of its class: slower, not wrong. tests/fast-connection.test.ts fails when that happens.

export type Bytes = Uint8Array | Uint8ArrayList

export interface SendResult {
  sentBytes: number
  canSendMore: boolean
}

/** AbstractMessageStream in @libp2p/utils src/abstract-message-stream.ts: public members that MessageStream does not list. */
export interface Layer extends MessageStream {
  readStatus: string
  writeStatus: string
  remoteWriteStatus: string
  onData: (data: Bytes) => void
}

/** EncryptedMessageStream in @libp2p/noise src/utils.ts; `decoder` is a LengthPrefixedDecoder of @libp2p/utils. */
export interface NoiseConnection extends Layer {
  decoder: { buffer: Uint8ArrayList; decode: (data: Bytes) => Iterable<Bytes> }
  handshake: { decrypt: (message: Bytes) => Bytes }
  metrics?: { decryptedPackets?: Counter; decryptErrors?: Counter }
  encrypt: (data: Bytes) => Uint8ArrayList
  decrypt: (message: Bytes) => Bytes
  sendData: (data: Uint8ArrayList) => SendResult
}

/** TCPSocketMultiaddrConnection in @libp2p/tcp src/socket-to-conn.ts; `socket` is one of node:net. */
export interface TcpConnection extends Layer {
  socket: {
    cork: () => void
    uncork: () => void
    write: (data: Uint8Array, written?: (error?: Error | null) => void) => boolean
  }
  sendData: (data: Uint8ArrayList) => SendResult
}

/** YamuxMuxer in @libp2p/yamux src/muxer.ts; its methods are those of the exported AbstractStreamMuxer of @libp2p/utils. */
export interface YamuxMuxer extends StreamMuxer {
  decoder: { buffer: Uint8ArrayList }
  onData: (data: Bytes) => void
  send: (data: Bytes) => boolean
  onCreateStream: (options: object) => unknown
  onRemoteStream: (stream: unknown) => void
}

/** YamuxStream in @libp2p/yamux src/stream.ts. */
export interface YamuxStream extends Layer {
  streamId: number
  /** StreamState */
  state: number
  sendWindowCapacity: number
  recvWindow: number
  recvWindowCapacity: number
  maxStreamWindowSize: number
  sendWindowUpdate: () => void
}

/** StreamState.SYNSent and StreamState.Established: all flags were sent, and nobody paused the stream. */
export const STREAM_SYN_SENT = 1
export const STREAM_ESTABLISHED = 3

export function isLayer(value: unknown): value is Layer {
  return has(value, { onData: 'function', readStatus: 'string', writeStatus: 'string', remoteWriteStatus: 'string' })
}

export function isNoiseConnection(value: unknown): value is NoiseConnection {
  return (
    isLayer(value) &&
    has(value, { decoder: 'object', handshake: 'object' }) &&
    has(value, { encrypt: 'function', decrypt: 'function', sendData: 'function' }) &&
    has(value.handshake, { decrypt: 'function' }) &&
    has(value.decoder, { decode: 'function', buffer: 'object' }) &&
    isUint8ArrayList(value.decoder.buffer)
  )
}

export function isTcpConnection(value: unknown): value is TcpConnection {
  return (
    isLayer(value) &&
    has(value, { socket: 'object', sendData: 'function' }) &&
    has(value.socket, { cork: 'function', uncork: 'function', write: 'function', resetAndDestroy: 'function' })
  )
}

export function isYamuxMuxer(value: unknown): value is YamuxMuxer {
  return (
    has(value, { onData: 'function', send: 'function', onCreateStream: 'function', onRemoteStream: 'function' }) &&
    has(value, { decoder: 'object' }) &&
    has(value.decoder, { buffer: 'object' }) &&
    isUint8ArrayList(value.decoder.buffer)
  )
}

export function isYamuxStream(value: unknown): value is YamuxStream {
  return (
    isLayer(value) &&
    has(value, { state: 'number', streamId: 'number', sendWindowCapacity: 'number', sendWindowUpdate: 'function' }) &&
    has(value, { recvWindow: 'number', recvWindowCapacity: 'number', maxStreamWindowSize: 'number' })
  )
}

type Kind = 'function' | 'object' | 'number' | 'string'

function has<Name extends string>(value: unknown, members: Record<Name, Kind>): value is Record<Name, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const object = value as Record<string, unknown>
  return Object.entries(members).every(([name, kind]) => typeof object[name] === kind && object[name] !== null)
}
