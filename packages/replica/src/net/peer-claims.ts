/** Peers whose word is remembered; the one that was heard longest ago is forgotten first. */
const MAX_PEERS = 64

interface Claim {
  readonly offsetMs: number
  readonly priceRank: number | undefined
}

/** What peers say of themselves. None of it is proven, so only the middle of what all say is used. */
export class PeerClaims {
  readonly #claims = new Map<string, Claim>()

  heard(peer: string, claim: Claim): void {
    this.#claims.delete(peer)
    this.#claims.set(peer, claim)
    const [oldest] = this.#claims.keys()
    if (this.#claims.size > MAX_PEERS && oldest !== undefined) this.#claims.delete(oldest)
  }

  /** How far this node’s clock is ahead of the median of its peers’. */
  get clockOffsetMs(): number | undefined {
    const median = middle([...this.#claims.values()].map(({ offsetMs }) => offsetMs))
    return median === undefined ? undefined : -median
  }

  /** The rank that half of the peers ask for. */
  get priceRank(): number | undefined {
    return middle([...this.#claims.values()].flatMap(({ priceRank }) => (priceRank === undefined ? [] : [priceRank])))
  }
}

/** The lower one of two. */
function middle(values: number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}
