import { protobuf } from '@stoa/codec'
import { multiaddr } from '@multiformats/multiaddr'
import { Key } from 'interface-datastore'
import { SOURCES } from '../core/model.ts'
import { AddressBookEntry } from '../gen/peers.js'
import { addressText, parsePeerId } from './addresses.ts'
import type { BookEntry, KnownAddress, Source } from '../core/model.ts'
import type { AddressBookAddress } from '../gen/peers.js'
import type { Datastore } from 'interface-datastore'

/** spec/discovery.md §5. 32 addresses of 256 bytes fit. */
const MAX_ENTRY_BYTES = 16_384
const MAX_STORED_ADDRESSES = 32

/** The address book on disk: writes gather in memory, one per peer, until they are flushed. */
export class BookStore {
  readonly #datastore: Datastore
  readonly #prefix: string
  readonly #codec = protobuf(AddressBookEntry, {
    maxBytes: MAX_ENTRY_BYTES,
    repeated: { addresses: MAX_STORED_ADDRESSES },
  })
  readonly #pending = new Map<string, BookEntry | undefined>()

  constructor(datastore: Datastore, network: string) {
    this.#datastore = datastore
    this.#prefix = `/stoa-discovery/${network}`
  }

  /** Reads up to `max` entries; what cannot be read, or is over it, is deleted. */
  async load(max: number): Promise<BookEntry[]> {
    const entries: BookEntry[] = []
    const unreadable: Key[] = []
    for await (const { key, value } of this.#datastore.query({ prefix: `${this.#prefix}/` })) {
      const entry = entries.length < max ? this.#decode(key.baseNamespace(), value) : undefined
      if (entry === undefined) unreadable.push(key)
      else entries.push(entry)
    }
    for (const key of unreadable) await this.#datastore.delete(key)
    return entries
  }

  store(entry: BookEntry): void {
    this.#pending.set(entry.peer, entry)
  }

  forget(peer: string): void {
    this.#pending.set(peer, undefined)
  }

  /** @throws what the datastore throws; nothing that was to be written is lost then. */
  async flush(): Promise<void> {
    if (this.#pending.size === 0) return
    const changes = new Map(this.#pending)
    this.#pending.clear()
    const batch = this.#datastore.batch()
    for (const [peer, entry] of changes) {
      const key = new Key(`${this.#prefix}/${peer}`)
      if (entry === undefined) batch.delete(key)
      else batch.put(key, this.#codec.encode(toStored(entry)))
    }
    try {
      await batch.commit()
    } catch (error) {
      for (const [peer, entry] of changes) if (!this.#pending.has(peer)) this.#pending.set(peer, entry)
      throw error
    }
  }

  #decode(peer: string, bytes: Uint8Array): BookEntry | undefined {
    if (parsePeerId(peer) === undefined) return undefined
    try {
      return fromStored(peer, this.#codec.decode(bytes))
    } catch {
      return undefined
    }
  }
}

function toStored(entry: BookEntry): AddressBookEntry {
  return {
    addresses: entry.addresses.map(known => ({
      multiaddr: multiaddr(known.address).bytes,
      certified: known.certified,
      lastSuccessMs: known.lastSuccessMs ?? 0,
      failures: known.failures,
    })),
    source: entry.source,
    originNetwork: entry.origin.network,
    originTeller: entry.origin.teller,
    seq: entry.seq,
    firstHeardMs: entry.firstHeardMs,
    lastHeardMs: entry.lastHeardMs,
    lastTriedMs: entry.lastTriedMs ?? 0,
    lastSuccessMs: entry.lastSuccessMs ?? 0,
    successes: entry.successes,
    failures: entry.failures,
  }
}

function fromStored(peer: string, stored: AddressBookEntry): BookEntry | undefined {
  const source = SOURCES.find(name => name === stored.source)
  const addresses = stored.addresses.map(knownAddress)
  if (source === undefined || addresses.length === 0) return undefined
  return {
    peer,
    addresses,
    source: source satisfies Source,
    origin: { network: stored.originNetwork, teller: stored.originTeller },
    seq: stored.seq,
    firstHeardMs: stored.firstHeardMs,
    lastHeardMs: stored.lastHeardMs,
    lastTriedMs: stored.lastTriedMs === 0 ? undefined : stored.lastTriedMs,
    lastSuccessMs: stored.lastSuccessMs === 0 ? undefined : stored.lastSuccessMs,
    successes: stored.successes,
    failures: stored.failures,
    retryAtMs: 0,
  }
}

function knownAddress(stored: AddressBookAddress): KnownAddress {
  return {
    address: addressText(multiaddr(stored.multiaddr)),
    certified: stored.certified,
    lastSuccessMs: stored.lastSuccessMs === 0 ? undefined : stored.lastSuccessMs,
    failures: stored.failures,
  }
}
