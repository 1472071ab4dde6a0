import { RPC } from '@libp2p/gossipsub/message'
import { rawPeer } from '@stoa/testkit'
import type { PeerId, Stream } from '@libp2p/interface'
import type { RawPeer, TestNode } from '@stoa/testkit'

export const MESHSUB = '/meshsub/1.2.0'

const encoder = new TextEncoder()

/** A peer that writes gossipsub by hand, and so whatever it likes. */
export interface HostilePeer extends AsyncDisposable {
  readonly peer: RawPeer
  readonly peerId: PeerId
  /** Resolves when the victim's stream has taken it: never, when the victim stopped reading. */
  sendRpc(rpc: Partial<RPC>): Promise<void>
  sendMessages(topic: string, values: Array<string | Uint8Array>): Promise<void>
  /** A frame of any content. */
  sendFrame(frame: Uint8Array): Promise<void>
  sendBytes(bytes: Uint8Array): Promise<void>
  /** Opens another stream, which replaces the one before. */
  reopen(): Promise<void>
  readonly isCutOff: boolean
}

export interface HostileInit {
  seed?: string
  /** What to do with the stream that the victim sends on. By default its bytes are taken and thrown away. */
  onStream?: (stream: Stream) => void
}

export async function hostilePeer(victim: TestNode, init: HostileInit = {}): Promise<HostilePeer> {
  const { seed = 'mallory', onStream = takeAll } = init
  const peer = await rawPeer({ seed })
  await peer.node.handle(MESHSUB, onStream, { maxInboundStreams: 1_000 })
  let stream = await peer.open(victim, MESHSUB)

  const sendBytes = async (bytes: Uint8Array): Promise<void> => {
    if (stream.send(bytes)) return
    await drained(stream)
  }
  const sendFrame = (frame: Uint8Array) => sendBytes(Uint8Array.of(...uvarint(frame.byteLength), ...frame))
  const sendRpc = (rpc: Partial<RPC>) => sendFrame(RPC.encode({ subscriptions: [], messages: [], ...rpc }))

  return {
    peer,
    peerId: peer.peerId,
    sendBytes,
    sendFrame,
    sendRpc,
    sendMessages: (topic, values) =>
      sendRpc({
        messages: values.map(value => ({ topic, data: typeof value === 'string' ? encoder.encode(value) : value })),
      }),
    reopen: async () => {
      stream = await peer.open(victim, MESHSUB)
    },
    get isCutOff() {
      return stream.status !== 'open'
    },
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  }
}

function takeAll(stream: Stream): void {
  stream.addEventListener('message', () => {})
}

function drained(stream: Stream): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.addEventListener('drain', () => resolve(), { once: true })
    stream.addEventListener('close', () => reject(new Error('the victim closed the stream')), { once: true })
  })
}

export function uvarint(value: number): number[] {
  const bytes = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80)
  return [...bytes, rest]
}
