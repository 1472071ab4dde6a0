import { networkOf, reachOf } from './address.ts'
import type { Reach } from './address.ts'
import { TokenBucket } from './bucket.ts'

/** Whether a connected peer is of our network: unknown until identify has told what it speaks. */
export type Standing = 'unknown' | 'member' | 'stranger'

/** A peer we are connected to. */
export interface Link {
  readonly peer: string
  readonly address: string
  readonly network: string
  readonly reach: Reach
  readonly sinceMs: number
  /** Where we have opened a connection to it, perhaps beside one of its own. */
  dialledAddress: string | undefined
  /** It was this service that dialled it, so that this service may hang up. */
  ours: boolean
  /** It was dialled for a DHT lookup only. */
  lookup: boolean
  standing: Standing
  standingSinceMs: number
  hangingUp: boolean
  /** When to ask it for peers, and how long to wait if that brings nothing new. */
  askAtMs: number
  askDelayMs: number
  asking: boolean
  /** What it may ask of us. */
  readonly answers: TokenBucket
}

export function link(
  init: Pick<Link, 'peer' | 'address' | 'dialledAddress'> & { perMinute: number; burst: number },
  nowMs: number,
): Link {
  const { perMinute, burst, ...connection } = init
  return {
    ...connection,
    network: networkOf(init.address),
    reach: reachOf(init.address),
    sinceMs: nowMs,
    ours: false,
    lookup: false,
    standing: 'unknown',
    standingSinceMs: nowMs,
    hangingUp: false,
    askAtMs: nowMs,
    askDelayMs: 0,
    asking: false,
    answers: new TokenBucket({ perSecond: perMinute / 60, burst }, nowMs),
  }
}
