import type { GossipsubOpts } from '@libp2p/gossipsub'
import type { RPC } from '@libp2p/gossipsub/message'

type GossipsubCache = GossipsubOpts['messageCache']

interface Entry {
  message: RPC.Message
  id: Uint8Array
  idString: string
  bytes: number
  /** How often each peer asked for it. */
  asked: Map<string, number>
}

/**
 * Message ids in one IHAVE, over all topics: 51 KiB, so that it fits the frame that rust-gossipsub takes. gossipsub would announce 5,000,
 * which is 170 KiB.
 */
const MAX_ANNOUNCED_IDS = 1_500

/**
 * The messages that peers may ask for again. gossipsub's own cache is bounded in time alone: 5 s at the speed of the network. This one
 * also drops the oldest beyond `maxBytes`, and knows sizes, so that answers can be cut into frames that peers accept.
 */
export class BoundedMessageCache {
  /** Read by gossipsub. */
  readonly msgs = new Map<string, Entry>()
  readonly notValidatedCount = 0
  readonly #gossipWindows: number
  readonly #maxBytes: number
  readonly #history: Entry[][]
  #bytes = 0

  constructor(init: { gossipWindows: number; windows: number; maxBytes: number }) {
    this.#gossipWindows = init.gossipWindows
    this.#maxBytes = init.maxBytes
    this.#history = Array.from({ length: init.windows }, () => [])
  }

  get size(): number {
    return this.msgs.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Bytes that sending the message again would take, about. 0 when it is gone. */
  bytesOf(idString: string): number {
    return this.msgs.get(idString)?.bytes ?? 0
  }

  put({ msgId: id, msgIdStr: idString }: { msgId: Uint8Array; msgIdStr: string }, message: RPC.Message): boolean {
    if (this.msgs.has(idString)) return false
    const bytes = (message.data?.byteLength ?? 0) + message.topic.length + ENTRY_OVERHEAD_BYTES
    const entry: Entry = { message, id, idString, bytes, asked: new Map() }
    this.msgs.set(idString, entry)
    this.#history[0]!.push(entry)
    this.#bytes += bytes
    for (const oldest of this.msgs.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === idString) break
      this.remove(oldest)
    }
    return true
  }

  getWithIWantCount(idString: string, peer: string): { msg: RPC.Message; count: number } | null {
    const entry = this.msgs.get(idString)
    if (entry === undefined) return null
    const count = (entry.asked.get(peer) ?? 0) + 1
    entry.asked.set(peer, count)
    return { msg: entry.message, count }
  }

  getGossipIDs(topics: Set<string>): Map<string, Uint8Array[]> {
    const found = new Map<string, Uint8Array[]>()
    let announced = 0
    for (const window of this.#history.slice(0, this.#gossipWindows)) {
      // the newest first: who missed a message missed it lately
      for (const { message, id, idString } of window.toReversed()) {
        if (announced === MAX_ANNOUNCED_IDS) return found
        if (!topics.has(message.topic) || !this.msgs.has(idString)) continue
        const ids = found.get(message.topic)
        if (ids === undefined) found.set(message.topic, [id])
        else ids.push(id)
        announced++
      }
    }
    return found
  }

  /** One window has passed: what is older than all windows is forgotten. */
  shift(): void {
    for (const { idString } of this.#history.pop() ?? []) this.remove(idString)
    this.#history.unshift([])
  }

  remove(idString: string): { message: RPC.Message; originatingPeers: Set<string> } | null {
    const entry = this.msgs.get(idString)
    if (entry === undefined) return null
    this.msgs.delete(idString)
    this.#bytes -= entry.bytes
    return { message: entry.message, originatingPeers: new Set() }
  }

  clear(): void {
    this.msgs.clear()
    for (const window of this.#history) window.length = 0
    this.#bytes = 0
  }

  // Part of gossipsub's cache for validation by callback (`asyncValidation`), which is off here.
  observeDuplicate(): void {}
}

/** A guess at what the maps, the id and the message object take in memory, in bytes. */
const ENTRY_OVERHEAD_BYTES = 512

/** gossipsub's type is a class with private parts, so nothing else can satisfy it by shape; what it calls is all here. */
export function asGossipsubCache(cache: BoundedMessageCache): GossipsubCache {
  return cache as unknown as GossipsubCache
}
