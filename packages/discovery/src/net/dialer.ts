import { dialAddress } from './addresses.ts'
import type { DialOutcome, TriedAddress } from '../core/model.ts'
import type { Connection } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

export interface DialResult {
  /** Whom we reached, if anybody. */
  readonly peer: string | undefined
  /** What failed on the way. */
  readonly tried: readonly TriedAddress[]
}

/**
 * Tries the addresses of one peer one after another, so that each gets a verdict of its own; libp2p given them all
 * at once tells only that all failed. The connection gater has its say inside `openConnection`.
 */
export async function dial(
  connectionManager: Pick<ConnectionManager, 'openConnection'>,
  target: { readonly peer?: string; readonly addresses: readonly string[] },
  options: { signal: AbortSignal; addressTimeoutMs: number },
): Promise<DialResult> {
  const tried: TriedAddress[] = []
  for (const address of target.addresses) {
    if (options.signal.aborted) break
    try {
      const connection = await open(connectionManager, address, target.peer, options)
      return { peer: connection.remotePeer.toString(), tried }
    } catch (error) {
      tried.push({ address, outcome: outcomeOf(error as Error) })
    }
  }
  return { peer: undefined, tried }
}

async function open(
  connectionManager: Pick<ConnectionManager, 'openConnection'>,
  address: string,
  peer: string | undefined,
  options: { signal: AbortSignal; addressTimeoutMs: number },
): Promise<Connection> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.addressTimeoutMs)])
  return connectionManager.openConnection(dialAddress(address, peer), { signal })
}

/**
 * libp2p's upgrader wraps what noise and plaintext throw into an EncryptionFailedError and keeps only the message
 * (libp2p 3.3 upgrader.ts, noise 17 utils.ts, plaintext 3), so the message is all there is to go by.
 */
const FOREIGN_IDENTITY = /does not match expected remote identity|Unexpected Peer/i

export function outcomeOf(error: Error): DialOutcome {
  if (error instanceof AggregateError) {
    const outcomes = new Set(error.errors.map(inner => outcomeOf(inner as Error)))
    const [only] = outcomes
    return outcomes.size === 1 && only !== undefined ? only : 'unreachable'
  }
  if (error.name === 'UnexpectedPeerError' || FOREIGN_IDENTITY.test(error.message)) return 'wrong-identity'
  if (error.name === 'DialDeniedError' || error.name === 'ConnectionDeniedError') return 'denied'
  if (error.name === 'ConnectionInterceptedError') return 'denied'
  if (/dial self/i.test(error.message)) return 'self'
  return 'unreachable'
}
