/** What bounds the core. ../options.ts gives each its default and the reason. */
export interface Limits {
  readonly targetPeers: number
  readonly minOutboundPeers: number
  readonly maxConcurrentDials: number
  readonly dialsPerSecond: number
  readonly dialBurst: number
  readonly maxAddressesPerDial: number
  readonly yieldMs: number
  readonly maxLookupPeers: number
  readonly lookupKeepMs: number
  readonly identifyTimeoutMs: number
  readonly strangerGraceMs: number
  readonly avoidMs: number
  readonly maxAvoided: number
  readonly retryMinMs: number
  readonly retryMaxMs: number
  readonly bootstrapRetryMaxMs: number
  readonly isolatedRetryMaxMs: number
  readonly retryJitter: number
  readonly provenShare: number
  readonly maxProven: number
  readonly maxUnproven: number
  readonly maxAddressesPerPeer: number
  readonly provenMaxAgeMs: number
  readonly unprovenMaxAgeMs: number
  readonly expireIntervalMs: number
  readonly recordsPerAsk: number
  readonly maxRecords: number
  readonly maxConcurrentAsks: number
  readonly askMinMs: number
  readonly askMaxMs: number
  readonly askIntervalMs: number
  readonly answersPerMinute: number
  readonly answerBurst: number
  readonly walkMinMs: number
  readonly walkIntervalMs: number
}
