// How peers are scored (gossipsub 1.1, "Peer scoring"). All topics weigh the same; what a peer can earn is small and capped, so that
// a good record never pays for spam.

/** Between two decays of all counters, in ms. */
const DECAY_INTERVAL_MS = 1_000

/** The factor applied each DECAY_INTERVAL_MS after which a counter has halved in `halfLifeMs`. */
export function decayFor(halfLifeMs: number): number {
  return 0.5 ** (DECAY_INTERVAL_MS / halfLifeMs)
}

/**
 * Invalid messages cost 4 · n²: the second stops gossip with a peer, the fifth graylists it, whatever it had earned. A hundred of them take
 * seven minutes to be forgiven.
 */
export const TOPIC_SCORE = {
  topicWeight: 1,

  // having been there long is no merit: it would keep far peers in a mesh that has nearer ones to choose from
  timeInMeshWeight: 0,
  timeInMeshQuantum: 1_000,
  timeInMeshCap: 300,

  // enough to prefer who delivers among equally near peers
  firstMessageDeliveriesWeight: 0.005,
  firstMessageDeliveriesDecay: decayFor(60_000),
  firstMessageDeliveriesCap: 50,

  // P3 punishes mesh peers that deliver little, which on a quiet topic is everybody
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 5_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,

  invalidMessageDeliveriesWeight: -4,
  invalidMessageDeliveriesDecay: decayFor(90_000),
} as const

/** Above these a peer's behaviour penalty costs 5 · excess². An honest peer may break some IHAVE promises. */
export const PEER_SCORE = {
  topicScoreCap: 10,
  behaviourPenaltyWeight: -5,
  behaviourPenaltyThreshold: 6,
  behaviourPenaltyDecay: decayFor(60_000),
  decayInterval: DECAY_INTERVAL_MS,
  decayToZero: 0.01,
  /** How long a bad score is remembered after its peer left, in ms. */
  retainScore: 600_000,
  /** Of core/nearness.ts. */
  appSpecificWeight: 1,
  IPColocationFactorWeight: -5,
  // many nodes on one machine are a test fleet, not an attack from outside
  IPColocationFactorWhitelist: ['127.0.0.1', '::1', '::ffff:127.0.0.1'],
} as const

export const SCORE_THRESHOLDS = {
  /** Below: no IHAVE or IWANT with the peer. */
  gossipThreshold: -10,
  /** Below: our own messages do not go to the peer. */
  publishThreshold: -50,
  /** Below: what the peer sends is not read. */
  graylistThreshold: -80,
  /** No score reaches it: we never dial whom a stranger's PRUNE names. Finding peers is discovery's part. */
  acceptPXThreshold: Number.MAX_SAFE_INTEGER,
  /** Above all that can be earned: a mesh always looks for better peers. */
  opportunisticGraftThreshold: 20,
} as const

/** Added to the behaviour penalty of a peer. */
export const PENALTY = { brokenFrame: 6, brokenRpc: 1, repeat: 0.1 } as const
