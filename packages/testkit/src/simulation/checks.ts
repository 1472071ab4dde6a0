import { comparable } from './agreement.ts'
import { contents, inconsistencies, joined, rankOf } from './recompute.ts'
import { compareVersions } from './toy-entry.ts'
import { shortOf } from './toy-hash.ts'
import type { ToyNetwork } from './network.ts'
import type { Scenario } from './scenario.ts'
import type { ToyEntry } from './toy-entry.ts'
import type { ToyNode } from './toy-node.ts'
import type { EntryMeta } from '@stoa/replica/core'

const NOTHING = new Uint8Array(32)

/** That a node’s counts, pages, places and groups are what its entries make them, and that its changes told of all of them. */
export function expectSound(node: ToyNode, scenario: Scenario): void {
  const { set, witness } = node
  const nowMs = node.now()
  const found = inconsistencies(set, scenario, nowMs)
  if (set.chargedBytes > scenario.budgetBytes) found.push(`${set.chargedBytes} bytes are charged`)
  for (const meta of set.scan({ live: true, limit: Number.MAX_SAFE_INTEGER }).metas)
    if (meta.isFinal || meta.expiresMs <= nowMs) found.push(`key ${shortOf(meta.key)} is served, and not live`)
  for (const meta of contents(set)) {
    const told = witness.held.get(shortOf(meta.key))
    if (told === undefined || shortOf(told.itemId) !== shortOf(meta.itemId))
      found.push(`key ${shortOf(meta.key)} is not what its changes said`)
  }
  if (set.size !== witness.held.size) found.push(`${set.size} entries, by its changes ${witness.held.size}`)
  if (found.length > 0) throw new Error(`node ${node.index}: ${found.join('; ')}`)
}

/** That all nodes hold the same, but for own entries without a place. */
export function expectEqual(network: ToyNetwork): void {
  const [first, ...others] = comparable(network.up())
  for (const other of others) {
    if (first === undefined || first.digest === other.digest) continue
    const lack = (from: ToyNode, to: ToyNode): string => {
      const outside = new Set(from.set.outside.map(({ key }) => shortOf(key)))
      return [...from.witness.held]
        .filter(([key]) => !outside.has(key))
        .filter(([key, meta]) => shortOf(to.witness.held.get(key)?.itemId ?? NOTHING) !== shortOf(meta.itemId))
        .map(([, meta]) => described(network.history.find(meta.id), meta))
        .join(', ')
    }
    throw new Error(
      `nodes ${first.index} and ${other.index} hold different sets: only the one has [${lack(first, other)}], only the other [${lack(other, first)}]`,
    )
  }
}

/**
 * That what they hold is what the plain rule makes of all that existed when the faults were over, and of what owners were told is stored.
 * @param exists all that any node held then or later
 */
export function expectExpected(network: ToyNetwork, scenario: Scenario, exists: Iterable<EntryMeta>): void {
  const { history } = network
  const [node] = network.up()
  if (node === undefined || isScarce(scenario)) return
  const unruly = new Set(history.entries.filter(({ conduct }) => conduct === 'unruly').map(({ group }) => group))
  const expected = joined(exists, scenario.maxPerGroup, rankOf).filter(({ group }) => !unruly.has(group))
  const held = [...node.witness.held.values()].filter(({ group }) => !unruly.has(group))
  const heldIds = new Set(held.map(({ id }) => shortOf(id)))
  const expectedIds = new Set(expected.map(({ id }) => shortOf(id)))
  for (const meta of expected)
    if (!heldIds.has(shortOf(meta.id))) throw new Error(`no node has ${described(history.find(meta.id), meta)}`)
  for (const meta of held)
    if (!expectedIds.has(shortOf(meta.id)))
      throw new Error(`all nodes have ${described(history.find(meta.id), meta)}, which should have left`)
  expectAcknowledged(network, scenario, unruly)
}

/** That everything is gone when everything has expired. */
export function expectEmpty(network: ToyNetwork): void {
  for (const node of network.up()) {
    const { set, disk, witness } = node
    const left = { size: set.size, charged: set.chargedBytes, tree: set.tree.size, rows: disk.rows().length }
    if (set.size + set.chargedBytes + set.tree.size + disk.rows().length + witness.held.size === 0) continue
    throw new Error(`node ${node.index} is not empty when all has expired: ${JSON.stringify(left)}`)
  }
}

export function isScarce({ budgetBytes }: Scenario): boolean {
  return budgetBytes < 2 ** 20
}

/** Nothing that an owner was told is stored is missing, but for what its node lost with its disk, or took with it. */
function expectAcknowledged({ history, nodes }: ToyNetwork, scenario: Scenario, unruly: ReadonlySet<string>): void {
  const keys = Map.groupBy(history.entries, ({ group }) => group)
  for (const [entry, index] of history.acknowledged) {
    const publisher = nodes[index]!
    const names = new Set(keys.get(entry.group)!.map(({ name }) => name))
    if (unruly.has(entry.group) || names.size > scenario.maxPerGroup) continue
    if (!publisher.isUp || publisher.hasLostDisk || entry.holdsMs <= latest(nodes)) continue
    const held = publisher.witness.held.get(shortOf(entry.key))
    if (held === undefined || compareVersions(held, entry) < 0)
      throw new Error(`${described(entry)} was acknowledged by node ${index}, and is nowhere`)
  }
}

/** The clock that is most ahead. */
function latest(nodes: readonly ToyNode[]): number {
  return Math.max(...nodes.map(node => node.now()))
}

function described(entry: ToyEntry | undefined, meta?: EntryMeta): string {
  if (entry === undefined) return 'an entry that was never made'
  const { uid, group, name, seq, isFinal, conduct } = entry
  const stamped = meta?.stamp === undefined ? '' : ` with ${meta.stamp.bits} bits`
  return `${conduct} entry ${uid} (${group} name ${name} seq ${seq}${isFinal ? ' removal' : ''}${stamped})`
}
