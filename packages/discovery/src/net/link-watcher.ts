import { addressText, addressTexts } from './addresses.ts'
import type { Event } from '../core/model.ts'
import type { Connection, IdentifyResult, Libp2pEvents, PeerId } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import type { TypedEventTarget } from 'main-event'

interface WatcherInit {
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly connectionManager: Pick<ConnectionManager, 'getConnections'>
  /** A peer that speaks this is of our network. */
  readonly protocol: string
  readonly maxAddressesPerPeer: number
  readonly handle: (event: Event) => void
}

/** Tells the core who is connected and what they speak. Relayed connections with limits do not count as connections. */
export class LinkWatcher {
  readonly #init: WatcherInit

  constructor(init: WatcherInit) {
    this.#init = init
  }

  start(): void {
    const { events, connectionManager } = this.#init
    events.addEventListener('connection:open', this.#onOpen)
    events.addEventListener('connection:close', this.#onClose)
    events.addEventListener('peer:identify', this.#onIdentify)
    for (const connection of connectionManager.getConnections()) this.#connected(connection)
  }

  stop(): void {
    const { events } = this.#init
    events.removeEventListener('connection:open', this.#onOpen)
    events.removeEventListener('connection:close', this.#onClose)
    events.removeEventListener('peer:identify', this.#onIdentify)
  }

  readonly #onOpen = (event: CustomEvent<Connection>): void => this.#connected(event.detail)

  readonly #onClose = (event: CustomEvent<Connection>): void => {
    const { remotePeer, id } = event.detail
    const left = this.#init.connectionManager.getConnections(remotePeer)
    const remains = left.some(other => other.id !== id && other.status === 'open' && other.limits == null)
    if (!remains) this.#init.handle({ type: 'disconnected', peer: remotePeer.toString() })
  }

  readonly #onIdentify = (event: CustomEvent<IdentifyResult>): void => {
    const { peerId, protocols, signedPeerRecord } = event.detail
    const heard = signedPeerRecord === undefined ? undefined : this.#heard(peerId, signedPeerRecord)
    const member = protocols.includes(this.#init.protocol)
    this.#init.handle({ type: 'identified', peer: peerId.toString(), member, heard })
  }

  #heard(peer: PeerId, { addresses, seq }: NonNullable<IdentifyResult['signedPeerRecord']>) {
    const texts = addressTexts(addresses, this.#init.maxAddressesPerPeer)
    return { peer: peer.toString(), addresses: texts, seq }
  }

  #connected(connection: Connection): void {
    if (connection.limits != null) return
    const { remotePeer, remoteAddr, direction } = connection
    this.#init.handle({
      type: 'connected',
      peer: remotePeer.toString(),
      address: addressText(remoteAddr),
      direction,
    })
  }
}
