import { frameStream, protobuf } from '@stoa/codec'
import { PeersRequest, PeersResponse } from '../gen/peers.js'
import { reachOf, usableWhenToldOver } from '../core/address.ts'
import { addressesInOwnRecord, parsePeerRecord } from './peer-record.ts'
import type { AddressRule } from '../core/address-rule.ts'
import type { HeardPeer } from '../core/model.ts'
import type { Connection, PeerId, PeerStore, Stream } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

export interface ExchangeLimits {
  readonly maxRecords: number
  readonly maxRecordBytes: number
  readonly maxAnswerBytes: number
  readonly maxAddressesPerPeer: number
  readonly exchangeTimeoutMs: number
}

export interface ExchangeInit extends ExchangeLimits {
  /** A record with any other address is not told of. */
  readonly allows: AddressRule
}

export interface Told {
  readonly peers: readonly HeardPeer[]
  /** At least one record was signed by somebody else than its peer, or by nobody. */
  readonly forged: boolean
  /** Not 0: we asked too often. */
  readonly retryAfterMs: number
}

/** Which peers to tell an asker of, and otherwise when it may ask again. */
export type Answer = { readonly peers: readonly PeerId[]; readonly retryAfterMs: number }

/** spec/discovery.md §4: a request has one number in it. */
const MAX_REQUEST_BYTES = 64

/** Peer exchange, `/stoa/<network>/peers/1.0.0`: one request and one answer on a stream of their own. */
export class PeerExchange {
  readonly #limits: ExchangeInit
  readonly #request = protobuf(PeersRequest, { maxBytes: MAX_REQUEST_BYTES, maxVarints: 16 })
  readonly #response: ReturnType<typeof protobuf<PeersResponse>>

  constructor(limits: ExchangeInit) {
    this.#limits = limits
    const repeated = { records: limits.maxRecords }
    // a tag and a length for each record, and the same again for the one number
    const maxVarints = 2 * limits.maxRecords + 16
    this.#response = protobuf(PeersResponse, { maxBytes: limits.maxAnswerBytes, maxVarints, repeated })
  }

  /** Asks one peer. @throws when it cannot be asked, or answers with anything but what the protocol says. */
  async ask(
    connectionManager: Pick<ConnectionManager, 'openStream'>,
    target: { peer: PeerId; protocol: string; count: number },
    signal: AbortSignal,
  ): Promise<Told> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(this.#limits.exchangeTimeoutMs)])
    const stream = await connectionManager.openStream(target.peer, target.protocol, { signal: deadline })
    const frames = frameStream(stream, { maxFrameBytes: this.#limits.maxAnswerBytes })
    try {
      await frames.write(this.#request.encode({ count: target.count }), { signal: deadline })
      const frame = await frames.read({ signal: deadline })
      if (frame === undefined) throw new Error('the peer closed the stream without an answer')
      const response = this.#response.decode(frame)
      await frames.close({ signal: deadline })
      return { ...(await this.#verify(response.records)), retryAfterMs: response.retryAfterMs }
    } catch (error) {
      frames.abort(error as Error)
      throw error
    }
  }

  /** Serves one stream that a peer opened. */
  async serve(
    stream: Stream,
    connection: Connection,
    init: { peerStore: Pick<PeerStore, 'get'>; answer: (count: number) => Answer; signal: AbortSignal },
  ): Promise<void> {
    const deadline = AbortSignal.any([init.signal, AbortSignal.timeout(this.#limits.exchangeTimeoutMs)])
    const frames = frameStream(stream, { maxFrameBytes: this.#limits.maxAnswerBytes, maxUnreadBytes: 65_536 })
    try {
      const frame = await frames.read({ signal: deadline })
      if (frame === undefined) return await frames.close({ signal: deadline })
      const { count } = this.#request.decode(frame)
      const { peers, retryAfterMs } = init.answer(count === 0 ? this.#limits.maxRecords : count)
      const records = await this.#records(init.peerStore, peers, connection)
      await frames.write(this.#response.encode({ records, retryAfterMs }), { signal: deadline })
      await frames.close({ signal: deadline })
    } catch (error) {
      frames.abort(error as Error)
    }
  }

  /** The signed records of these peers, as many as fit, without those that could only lead the asker to its own machine. */
  async #records(
    store: Pick<PeerStore, 'get'>,
    peers: readonly PeerId[],
    asker: Connection,
  ): Promise<Uint8Array<ArrayBuffer>[]> {
    const reach = reachOf(asker.remoteAddr.toString())
    const records: Uint8Array<ArrayBuffer>[] = []
    let room = this.#limits.maxAnswerBytes - MAX_REQUEST_BYTES
    for (const peer of peers) {
      const envelope = await store.get(peer).then(
        known => known.peerRecordEnvelope,
        () => undefined,
      )
      if (envelope === undefined || envelope.byteLength > this.#limits.maxRecordBytes) continue
      // its signature keeps an address that is not allowed from being left out
      const addresses = addressesInOwnRecord(envelope)
      if (!addresses.every(address => this.#limits.allows(address))) continue
      if (!addresses.some(address => usableWhenToldOver(reach, address))) continue
      // tag and length of the field take at most four bytes
      room -= envelope.byteLength + 4
      if (room < 0) break
      records.push(Uint8Array.from(envelope))
    }
    return records
  }

  async #verify(records: readonly Uint8Array[]): Promise<{ peers: HeardPeer[]; forged: boolean }> {
    const peers: HeardPeer[] = []
    // one after another: a batch at once would hold up everything else that waits for a signature
    for (const bytes of records) {
      const parsed = await parsePeerRecord(bytes, this.#limits)
      if (parsed === 'forged') return { peers: [], forged: true }
      if (parsed !== 'unusable') peers.push(parsed.heard)
    }
    return { peers, forged: false }
  }
}
