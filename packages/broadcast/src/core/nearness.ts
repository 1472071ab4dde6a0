// Which peers a mesh is made of decides how long messages take: a node keeps those that are near, as long as they bring something
// (docs/decisions/0014-mesh.md). Only the order of peers depends on it; what it earns a peer is too little to pay for spam.

/** What a peer at no distance earns. With what topics let it earn it stays below what two invalid messages cost. */
export const MAX_NEARNESS = 4
/** The round trip at which it is half of that, in ms. */
const HALF_RTT_MS = 200

/** Messages that others brought since a mesh peer brought its last one, before its nearness counts for nothing. */
const SILENT_AFTER_MESSAGES = 64

/** @param rttMs a measured round trip; undefined for a peer that was not asked yet, which counts as one at 2 · HALF_RTT_MS */
export function nearness(rttMs: number | undefined): number {
  const rtt = rttMs === undefined ? 2 * HALF_RTT_MS : Math.max(0, rttMs)
  return (MAX_NEARNESS * HALF_RTT_MS) / (HALF_RTT_MS + rtt)
}

/** Who in our meshes brings messages. Without it, whoever is near could take the places of a mesh and say nothing. */
export class Bearers {
  readonly #topics = new Map<string, { messages: number; lastAt: Map<string, number> }>()

  grafted(peer: string, topic: string): void {
    let known = this.#topics.get(topic)
    if (known === undefined) this.#topics.set(topic, (known = { messages: 0, lastAt: new Map() }))
    if (!known.lastAt.has(peer)) known.lastAt.set(peer, known.messages)
  }

  /** A message or a copy of one came from a peer. */
  brought(peer: string, topic: string): void {
    const known = this.#topics.get(topic)
    if (known === undefined) return
    known.messages++
    if (known.lastAt.has(peer)) known.lastAt.set(peer, known.messages)
  }

  /** Forgets those that are in our mesh of a topic no more. */
  keep(mesh: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const [topic, { lastAt }] of this.#topics) {
      const members = mesh.get(topic)
      if (members === undefined) this.#topics.delete(topic)
      else for (const peer of lastAt.keys()) if (!members.has(peer)) lastAt.delete(peer)
    }
  }

  /** Whether a peer is in meshes of ours and brings nothing in any. A topic with one source is a tree, in which some only receive. */
  isSilent(peer: string): boolean {
    let isSilent = false
    for (const { messages, lastAt } of this.#topics.values()) {
      const last = lastAt.get(peer)
      if (last === undefined) continue
      if (messages - last <= SILENT_AFTER_MESSAGES) return false
      isSilent = true
    }
    return isSilent
  }
}
