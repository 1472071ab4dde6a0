export interface Identity {
  protocols: string[]
  agentVersion?: string
}

interface Source {
  addEventListener(
    type: 'peer:identify',
    listener: (event: CustomEvent<Identity & { peerId: { toString(): string } }>) => void,
  ): void
}

/**
 * What peers say of themselves. js-libp2p asks on connecting, and lets a peer have one such stream at a time: whoever asks again before the
 * first is done has its stream reset.
 */
export class Identified {
  readonly #answers = new Map<string, PromiseWithResolvers<Identity>>()

  constructor(node: Source) {
    node.addEventListener('peer:identify', ({ detail }) => this.#answer(detail.peerId.toString()).resolve(detail))
  }

  /** Waits for it. */
  of(peer: string): Promise<Identity> {
    return this.#answer(peer).promise
  }

  #answer(peer: string): PromiseWithResolvers<Identity> {
    const answer = this.#answers.get(peer) ?? Promise.withResolvers<Identity>()
    this.#answers.set(peer, answer)
    return answer
  }
}
