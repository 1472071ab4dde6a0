import type { PeerId } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'

export interface MailPeersInit {
  registrar: Pick<Registrar, 'register' | 'unregister'>
  protocol: string
  onPeer: (peer: PeerId) => void
}

/** Who is connected and speaks the mail protocol. */
export class MailPeers {
  readonly #init: MailPeersInit
  readonly #peers = new Map<string, PeerId>()
  #topology: string | undefined

  constructor(init: MailPeersInit) {
    this.#init = init
  }

  async start(): Promise<void> {
    const { registrar, protocol, onPeer } = this.#init
    this.#topology = await registrar.register(protocol, {
      onConnect: peer => {
        this.#peers.set(peer.toString(), peer)
        onPeer(peer)
      },
      onDisconnect: peer => void this.#peers.delete(peer.toString()),
      notifyOnLimitedConnection: true,
    })
  }

  stop(): void {
    if (this.#topology !== undefined) this.#init.registrar.unregister(this.#topology)
    this.#topology = undefined
    this.#peers.clear()
  }

  get all(): PeerId[] {
    return [...this.#peers.values()]
  }
}
