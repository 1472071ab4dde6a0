import type { AddressRule } from './address-rule.ts'
import type { Limits } from './limits.ts'

/** How we first heard of a peer. `inbound`: it connected to us. `manual`: the application dialled it. */
export type Source = 'bootstrap' | 'mdns' | 'exchange' | 'dht' | 'inbound' | 'manual'

export const SOURCES: readonly Source[] = ['bootstrap', 'mdns', 'exchange', 'dht', 'inbound', 'manual']

/**
 * Who told us of a peer: the network it sits in and which peer there. The address book shares its room among
 * networks first and tellers second, so that one talkative source cannot take what belongs to others.
 */
export interface Origin {
  readonly network: string
  readonly teller: string
}

/** A peer we were told of. `seq` is set only when the peer itself signed these addresses. */
export interface HeardPeer {
  readonly peer: string
  readonly addresses: readonly string[]
  readonly seq?: bigint
}

export interface KnownAddress {
  readonly address: string
  /** The peer itself signed it. */
  readonly certified: boolean
  /** We have reached the peer there. */
  readonly lastSuccessMs?: number
  /** Failures in a row. */
  readonly failures: number
}

export interface BookEntry {
  readonly peer: string
  readonly addresses: readonly KnownAddress[]
  readonly source: Source
  readonly origin: Origin
  /** Sequence number of the newest signed record we hold; 0 when nothing was signed. */
  readonly seq: bigint
  readonly firstHeardMs: number
  readonly lastHeardMs: number
  readonly lastTriedMs?: number
  /** When we last had it as a member of our network over a connection that we opened. Set: the entry is proven. */
  readonly lastSuccessMs?: number
  readonly successes: number
  /** Failures in a row. */
  readonly failures: number
  /** Not dialled before; held in memory only, so that a restart tries at once. */
  readonly retryAtMs: number
}

export type DialOutcome = 'unreachable' | 'wrong-identity' | 'denied' | 'self'

export interface TriedAddress {
  readonly address: string
  readonly outcome: DialOutcome
}

/** What a bootstrap entry says: an address, and who should answer there when it names one. */
export interface BootstrapEntry {
  readonly address: string
  readonly peer?: string
}

export type HangUpReason = 'not-identified' | 'other-network' | 'lookup-over'

export type Event =
  | { readonly type: 'start'; readonly entries: readonly BookEntry[]; readonly bootstrap: readonly BootstrapEntry[] }
  /** Peers heard of: from `teller` when a peer told us, otherwise from the source itself. */
  | { readonly type: 'heard'; readonly source: Source; readonly teller?: string; readonly peers: readonly HeardPeer[] }
  | { readonly type: 'dialled'; readonly key: string; readonly peer: string; readonly tried: readonly TriedAddress[] }
  | { readonly type: 'dial-failed'; readonly key: string; readonly tried: readonly TriedAddress[] }
  | {
      readonly type: 'connected'
      readonly peer: string
      readonly address: string
      readonly direction: 'inbound' | 'outbound'
    }
  | { readonly type: 'disconnected'; readonly peer: string }
  /** Identify has told which protocols a peer speaks, and perhaps its signed addresses. */
  | { readonly type: 'identified'; readonly peer: string; readonly member: boolean; readonly heard?: HeardPeer }
  /** The DHT would like to speak to a peer that we are not connected to. */
  | { readonly type: 'wanted'; readonly peer: string }
  /** A peer asks us for others; answered with an `answer` effect of the same id. */
  | { readonly type: 'asked'; readonly id: number; readonly peer: string; readonly count: number }
  /** The answer of a peer that we asked. */
  | { readonly type: 'told'; readonly peer: string; readonly peers: readonly HeardPeer[]; readonly forged: boolean }
  | { readonly type: 'ask-failed'; readonly peer: string; readonly retryAfterMs?: number }
  | { readonly type: 'walked' }
  | { readonly type: 'tick' }

export type Notice =
  | { readonly type: 'peer:found'; readonly peer: string; readonly source: Source }
  | { readonly type: 'target:reached'; readonly connected: number; readonly target: number }
  | { readonly type: 'target:lost'; readonly connected: number; readonly target: number }

export type Effect =
  | { readonly type: 'dial'; readonly key: string; readonly peer?: string; readonly addresses: readonly string[] }
  | { readonly type: 'hang-up'; readonly peer: string; readonly reason: HangUpReason }
  | { readonly type: 'ask'; readonly peer: string; readonly count: number }
  | { readonly type: 'answer'; readonly id: number; readonly peers: readonly string[]; readonly retryAfterMs: number }
  | { readonly type: 'walk' }
  | { readonly type: 'store'; readonly entry: BookEntry }
  | { readonly type: 'forget'; readonly peer: string }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'wake'; readonly atMs: number }

export interface CoreInit {
  /** Our own peer id: never dialled, never kept. */
  readonly self: string
  readonly limits: Limits
  /** Which addresses may be kept, and so be dialled and told of. Default: any. */
  readonly allows?: AddressRule
  /** Uniform in [0, 1). */
  readonly draw: () => number
}
