import { random } from '../random.ts'
import { checkLink, PERFECT_LINK } from './link.ts'
import { schedule } from './schedule.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import type { LinkSettings, PartitionMode } from './link.ts'
import type { Schedule } from './schedule.ts'

/** A peer id as text: what a link is known by. */
export type Peer = string

/** What a connection does when its link changes. */
export interface Linked {
  readonly local: Peer
  /** Unknown while an inbound connection is shaking hands. */
  readonly remote: Peer | undefined
  linkChanged(): void
  /** Delivers everything at once, whatever the link says. */
  release(): void
}

interface Partition {
  readonly one: ReadonlySet<Peer>
  readonly other: ReadonlySet<Peer>
  readonly mode: PartitionMode
}

/** The links between the nodes of one network: what they are like, and which are broken. */
export class Links {
  readonly clock: Clock
  readonly #random: Random
  readonly #connections = new Set<Linked>()
  readonly #pairs = new Map<string, LinkSettings>()
  readonly #addresses = new Map<Peer, () => Multiaddr[]>()
  readonly #schedules = new Map<string, number>()
  #everywhere: LinkSettings = PERFECT_LINK
  #partitions: Partition[] = []

  constructor(clock: Clock, source: Random = random('links')) {
    this.clock = clock
    this.#random = source
  }

  /** For all links, or for those between a peer of one group and a peer of the other. What is not named stays as it is. */
  set(settings: Partial<LinkSettings>, between?: readonly [readonly Peer[], readonly Peer[]]): void {
    if (between == null) {
      this.#everywhere = checkLink({ ...this.#everywhere, ...settings })
      this.#pairs.clear()
    } else {
      for (const one of between[0]) {
        for (const other of between[1]) {
          this.#pairs.set(pair(one, other), checkLink({ ...this.settings(one, other), ...settings }))
        }
      }
    }
    this.#changed()
  }

  settings(local: Peer, remote: Peer | undefined): LinkSettings {
    return (remote == null ? undefined : this.#pairs.get(pair(local, remote))) ?? this.#everywhere
  }

  partition(one: readonly Peer[], other: readonly Peer[], mode: PartitionMode): void {
    this.#partitions.push({ one: new Set(one), other: new Set(other), mode })
    this.#changed()
  }

  heal(): void {
    this.#partitions = []
    this.#changed()
  }

  /** How the link is broken, if it is. */
  broken(local: Peer, remote: Peer | undefined): PartitionMode | undefined {
    if (remote == null) return undefined
    const across = this.#partitions.filter(
      ({ one, other }) => (one.has(local) && other.has(remote)) || (one.has(remote) && other.has(local)),
    )
    return across.some(({ mode }) => mode === 'cut') ? 'cut' : across[0]?.mode
  }

  /** The end of the test: perfect links, and everything under way arrives. */
  release(): void {
    this.set(PERFECT_LINK)
    this.heal()
    for (const connection of this.#connections) connection.release()
  }

  /** The fate of the segments of one direction of one connection: by its two ends, and how many such there were before. */
  schedule(local: Peer, remote: Peer | undefined): Schedule {
    const direction = `${local} to ${remote ?? 'a peer not known yet'}`
    const before = this.#schedules.get(direction) ?? 0
    this.#schedules.set(direction, before + 1)
    return schedule(this.#random.fork(`${direction}, connection ${before}`))
  }

  join(connection: Linked): void {
    this.#connections.add(connection)
  }

  leave(connection: Linked): void {
    this.#connections.delete(connection)
  }

  /** So that a dial by an address without a peer id is refused as well. */
  listens(peer: Peer, addresses: () => Multiaddr[]): void {
    this.#addresses.set(peer, addresses)
  }

  /** Whose address it is, when it is of this network. */
  owner(address: Multiaddr): Peer | undefined {
    const named = address.getComponents().findLast(component => component.name === 'p2p')?.value
    if (named != null) return named
    for (const [peer, addresses] of this.#addresses) {
      if (addresses().some(own => own.toString().startsWith(`${address.toString()}/p2p/`) || own.equals(address)))
        return peer
    }
    return undefined
  }

  #changed(): void {
    for (const connection of this.#connections) connection.linkChanged()
  }
}

function pair(one: Peer, other: Peer): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`
}
