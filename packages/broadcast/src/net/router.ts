import { gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import { createTopicScoreParams } from '@libp2p/gossipsub/score'
import { idToString, MessageIds } from '../message-id.ts'
import { MESH, meshOf } from '../core/mesh.ts'
import { PEER_SCORE, SCORE_THRESHOLDS, TOPIC_SCORE } from '../core/scoring.ts'
import { asGossipsubCache, BoundedMessageCache } from './message-cache.ts'
import type { GossipSub, GossipSubComponents, Message } from '@libp2p/gossipsub'
import type { RPC } from '@libp2p/gossipsub/message'
import type { PeerScore } from '@libp2p/gossipsub/score'
import type { PeerId } from '@libp2p/interface'
import type { BroadcastOptions } from '../options.ts'

/**
 * What the public class of gossipsub 17.1.1 has and its exported interface leaves out. `createRouter` checks that it is there; the
 * version is pinned exactly (docs/decisions/0003-broadcast.md).
 */
export interface Router extends GossipSub {
  readonly mesh: Map<string, Set<string>>
  readonly peers: Map<string, PeerId>
  readonly streamsOutbound: Map<string, unknown>
  readonly score: PeerScore
  start(): Promise<void>
  stop(): Promise<void>
  handleReceivedRpc(from: PeerId, rpc: RPC): Promise<void>
}

/** A frame longer than this is refused before it is read, in bytes (spec/broadcast.md §6). */
export const MAX_RPC_BYTES = 262_144

type PeerStats = NonNullable<ReturnType<PeerScore['peerStats']['get']>>

const MCACHE_WINDOWS = 5
const MCACHE_GOSSIP_WINDOWS = 3

export interface RouterHooks {
  /** gossipsub computed the id of a message, and looks next whether it is new. */
  onId: (message: Message, id: string) => void
  /** What being near earns a peer. */
  nearnessOf: (peer: string) => number
}

export function createRouter(
  components: GossipSubComponents,
  options: BroadcastOptions,
  { onId, nearnessOf }: RouterHooks,
): { router: Router; cache: BoundedMessageCache } {
  const overrides = options.gossipsub
  const cache = new BoundedMessageCache({
    gossipWindows: overrides.mcacheGossip ?? MCACHE_GOSSIP_WINDOWS,
    windows: overrides.mcacheLength ?? MCACHE_WINDOWS,
    maxBytes: options.maxCacheBytes,
  })
  const ids = new MessageIds()
  const router = gossipsub({
    ...MESH,
    ...(overrides.D === undefined ? {} : meshOf(overrides.D)),
    ...overrides,
    globalSignaturePolicy: StrictNoSign,
    msgIdFn: async message => {
      const id = await ids.of(message.topic, message.data)
      onId(message, idToString(id))
      return id
    },
    msgIdToStrFn: idToString,
    messageCache: asGossipsubCache(cache),
    fallbackToFloodsub: false,
    doPX: false,
    emitSelf: false,
    asyncValidation: false,
    // one buffer for all recipients, and no control messages that would push a full-sized message over the limit of a frame
    batchPublish: true,
    // a message that nobody got is not remembered as sent, so publishing it again tries again
    allowPublishToZeroTopicPeers: false,
    // told apart from "sent to nobody" by the error
    ignoreDuplicatePublishError: false,
    // the reader of a peer's stream waits for net/gate.ts, which bounds what is in flight
    awaitRpcHandler: true,
    awaitRpcMessageHandler: true,
    maxInboundStreams: 4,
    maxOutboundStreams: 4,
    maxInboundDataLength: MAX_RPC_BYTES,
    // about twice the topics that a peer may have: each costs its length and 1 KiB
    maxTopicBytesPerPeer: 262_144,
    decodeRpcLimits: {
      maxSubscriptions: 1_000,
      maxMessages: 5_000,
      maxIhaveMessageIDs: 5_000,
      maxIwantMessageIDs: 5_000,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 512,
      maxPeerInfos: 16,
    },
    scoreThresholds: SCORE_THRESHOLDS,
    scoreParams: {
      ...PEER_SCORE,
      appSpecificScore: nearnessOf,
      IPColocationFactorThreshold: options.maxPeersPerIp,
      IPColocationFactorWhitelist: new Set(PEER_SCORE.IPColocationFactorWhitelist),
    },
  })(components) as Router
  assertShape(router)
  keepBadScores(router.score)
  return { router, cache }
}

/** From now on what peers do on the topic counts. gossipsub reads its parameters anew each time, but offers no way to add a topic. */
export function scoreTopic(router: Router, wireTopic: string): void {
  router.score.params.topics[wireTopic] = createTopicScoreParams(TOPIC_SCORE)
}

/** gossipsub throws when it holds a peer's counters of a topic without parameters, so both go together. */
export function unscoreTopic(router: Router, wireTopic: string): void {
  for (const stats of router.score.peerStats.values()) delete stats.topics[wireTopic]
  delete router.score.params.topics[wireTopic]
}

/** gossipsub answers from a cache of up to 1 s, time for a flood: after a penalty the next answer is computed. */
export function freshScore(router: Router, peer: string): number {
  router.score.scoreCache.delete(peer)
  return router.score.score(peer)
}

export function penalize(router: Router, peer: string, penalty: number): void {
  const stats = router.score.peerStats.get(peer)
  if (stats === undefined) return
  stats.behaviourPenalty += penalty
  router.score.scoreCache.delete(peer)
}

/**
 * gossipsub keeps the score of a peer that left unless it was good, then replaces it with a clean one when that peer comes back. Here a bad
 * one counts on, and one that says nothing is not kept, so that churn costs no memory.
 */
function keepBadScores(score: PeerScore): void {
  const removePeer = score.removePeer.bind(score)
  score.removePeer = peer => {
    // or gossipsub would decide by a score of a second ago
    score.scoreCache.delete(peer)
    const stats = score.peerStats.get(peer)
    removePeer(peer)
    if (stats === undefined || hasRecord(stats)) return
    for (const ip of stats.knownIPs) score.removeIP(peer, ip)
    score.peerStats.delete(peer)
    score.scoreCache.delete(peer)
  }
  const addPeer = score.addPeer.bind(score)
  score.addPeer = peer => {
    const kept = score.peerStats.get(peer)
    if (kept === undefined || kept.connected || kept.expire < Date.now()) return addPeer(peer)
    kept.connected = true
    kept.expire = 0
  }
}

/** Whether a peer has done wrong, even if it does not show in its score yet. */
function hasRecord(stats: PeerStats): boolean {
  return stats.behaviourPenalty > 0 || Object.values(stats.topics).some(topic => topic.invalidMessageDeliveries > 0)
}

function assertShape(router: Router): void {
  const isKnown =
    router.mesh instanceof Map &&
    router.peers instanceof Map &&
    router.streamsOutbound instanceof Map &&
    router.score?.peerStats instanceof Map &&
    router.score.scoreCache instanceof Map &&
    typeof router.score.params?.topics === 'object' &&
    typeof router.handleReceivedRpc === 'function'
  if (!isKnown) throw new TypeError('@stoa/broadcast needs @libp2p/gossipsub 17.1.1')
}
