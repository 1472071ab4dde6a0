import { ConnectionFailedError } from '@libp2p/interface'
import type { MessageStream, Stream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'

/** What a muxer of libp2p has beyond the interface: it is called for every stream that the peer opens (@libp2p/utils 7.4, AbstractStreamMuxer). */
interface TakesStreams {
  onRemoteStream?: (stream: Stream) => void
}

export interface StreamRateInit {
  /** Streams a second that a peer may open on one connection, on average. */
  perSecond: number
  /** Streams that it may open at once after being quiet. */
  burst: number
}

/**
 * Ends the connection of a peer that opens streams faster than anybody has use for. Limits on open streams do not help against that: each
 * refused stream costs the node a negotiation, about 10 KB of garbage; 10,000 of them in 4 s made it grow by 80 to 100 MB.
 */
export function limitStreamRate<Components>(
  muxer: (components: Components) => StreamMuxerFactory,
  init: StreamRateInit,
): (components: Components) => StreamMuxerFactory {
  return components => {
    const factory = muxer(components)
    const create = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection: MessageStream) => limited(create(connection), connection, init)
    return factory
  }
}

function limited(muxer: StreamMuxer, connection: MessageStream, { perSecond, burst }: StreamRateInit): StreamMuxer {
  const target = muxer as StreamMuxer & TakesStreams
  const take = target.onRemoteStream?.bind(target)
  if (take === undefined) return muxer
  let tokens = burst
  let filledMs = performance.now()
  target.onRemoteStream = stream => {
    const nowMs = performance.now()
    tokens = Math.min(burst, tokens + ((nowMs - filledMs) * perSecond) / 1_000)
    filledMs = nowMs
    if (tokens < 1) {
      connection.abort(new ConnectionFailedError(`peer opened more than ${perSecond} streams a second`))
      return
    }
    tokens--
    take(stream)
  }
  return muxer
}
