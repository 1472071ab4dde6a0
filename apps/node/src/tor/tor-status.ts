import type { Stack } from '@stoa/stack'

export interface ShownTor {
  state: 'starting' | 'up' | 'down' | 'stopped'
  /** How far it is in its network, and what it is at. */
  percent: number
  summary: string
  /** The multiaddr of the onion service. */
  onion: string
  isReachable: boolean
  /** Whether a flood of connections has to pay with work; null while that is not known. */
  hasProofOfWork: boolean | null
  restarts: number
  /** Why it is down. */
  reason: string | null
}

export function torStatus(tor: NonNullable<Stack['tor']>): ShownTor {
  const { state, bootstrap, onion, isReachable, hasProofOfWork, restarts, reason } = tor.status()
  return {
    state,
    percent: bootstrap.percent,
    summary: bootstrap.summary,
    onion,
    isReachable,
    hasProofOfWork: hasProofOfWork ?? null,
    restarts,
    reason: reason?.message ?? null,
  }
}
