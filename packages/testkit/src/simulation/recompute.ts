import { sizeClassOf, stampRank, freeRank } from '@stoa/replica/core'
import { compareVersions } from './toy-entry.ts'
import { shortOf } from './toy-hash.ts'
import type { Version } from './toy-entry.ts'
import type { EntryMeta, EntrySet, Pricing } from '@stoa/replica/core'

/** What `joined` needs to know of an entry. */
export interface Joinable extends Version {
  readonly key: Uint8Array
  readonly group: string
}

/**
 * The greatest version of each key, and of those the `maxPerGroup` of each group that come first by rank and version: the plain way, from all at
 * once.
 */
export function joined<E extends Joinable>(entries: Iterable<E>, maxPerGroup: number, rank: (entry: E) => number): E[] {
  const greatest = new Map<number, E>()
  for (const entry of entries) {
    const key = shortOf(entry.key)
    const held = greatest.get(key)
    if (held === undefined || compareVersions(entry, held) > 0) greatest.set(key, entry)
  }
  const groups = Map.groupBy(greatest.values(), entry => entry.group)
  return [...groups.values()].flatMap(group =>
    group.toSorted((a, b) => rank(b) - rank(a) || compareVersions(b, a)).slice(0, maxPerGroup),
  )
}

/** spec/replica.md §5, again. */
export function rankOf(meta: EntryMeta): number {
  return meta.stamp === undefined ? freeRank(meta.sizeBytes, meta.holdsMs - meta.createdMs) : stampRank(meta.stamp)
}

export function chargeOf(meta: EntryMeta): number {
  return 2 ** (meta.stamp?.sizeClass ?? sizeClassOf(meta.sizeBytes))
}

export interface Room {
  readonly budgetBytes: number
  readonly pricing: Pricing
}

/**
 * Those of the entries that have a place: from the highest rank down, each that fits beside those kept before it. What is of a rank or of
 * lower ones may take no more than that rank’s capacity.
 */
export function placed(metas: readonly EntryMeta[], { budgetBytes, pricing }: Room): EntryMeta[] {
  const kept: EntryMeta[] = []
  const charges = new Map<number, number>()
  for (const meta of metas.toSorted((a, b) => rankOf(b) - rankOf(a) || compareVersions(b, a))) {
    const rank = rankOf(meta)
    let charged = (charges.get(rank) ?? 0) + chargeOf(meta)
    charges.set(rank, charged)
    let fits = true
    let below = 0
    for (const other of [...charges.keys()].sort((a, b) => a - b)) {
      below += charges.get(other)!
      if (other >= rank && below > capacityAt(other, budgetBytes, pricing)) fits = false
    }
    if (fits) kept.push(meta)
    else charges.set(rank, (charged -= chargeOf(meta)))
  }
  return kept
}

/** Half of the budget is free; each rank from -21 to -17 opens a tenth more. */
function capacityAt(rank: number, budgetBytes: number, pricing: Pricing): number {
  if (pricing === 'open') return budgetBytes
  const tenths = Math.min(10, Math.max(5, rank + 27))
  return Math.floor((budgetBytes * tenths) / 10)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Everything that a set holds, read page by page. */
export function contents(set: EntrySet, pageSize = 100): EntryMeta[] {
  const metas: EntryMeta[] = []
  for (let after: Parameters<EntrySet['scan']>[0]['after']; ;) {
    const page = set.scan({ after, limit: pageSize })
    metas.push(...page.metas)
    if (page.next === undefined) return metas
    after = page.next
  }
}

/**
 * What contradicts itself in a set, in words: its counts, its charges, its groups and its pages, against what its entries say.
 * `nowMs` is when `expire` was last called.
 */
export function inconsistencies(set: EntrySet, room: Room & { readonly maxPerGroup: number }, nowMs: number): string[] {
  const found: string[] = []
  const expectEqual = (what: string, has: unknown, should: unknown): void => {
    if (has !== should) found.push(`${what} is ${String(has)}, its entries make it ${String(should)}`)
  }
  const metas = contents(set)
  const live = metas.filter(meta => !meta.isFinal && meta.expiresMs > nowMs)
  const outside = new Set(set.outside.map(meta => shortOf(meta.key)))
  const inside = metas.filter(meta => !outside.has(shortOf(meta.key)))

  expectEqual('size', set.size, metas.length)
  expectEqual('tree.size', set.tree.size, metas.length)
  expectEqual('liveCount', set.liveCount, live.length)
  expectEqual('the number of pages’ live entries', set.scan({ live: true, limit: 1e6 }).metas.length, live.length)
  expectEqual('the number of keys', new Set(metas.map(meta => shortOf(meta.key))).size, metas.length)
  expectEqual('chargedBytes', set.chargedBytes, sum(inside.map(chargeOf)))
  expectEqual('the number of entries that have a place', inside.length, placed(inside, room).length)
  const wakes = metas.map(meta => (meta.isFinal || meta.expiresMs <= nowMs ? meta.holdsMs : meta.expiresMs))
  expectEqual('nextWakeMs', set.nextWakeMs(), metas.length === 0 ? undefined : Math.min(...wakes))

  for (const meta of metas) {
    const name = `key ${shortOf(meta.key)}`
    if (meta.holdsMs <= nowMs) found.push(`${name} is held ${nowMs - meta.holdsMs} ms after its time`)
    if (outside.has(shortOf(meta.key)) && !meta.isOwn) found.push(`${name} is not own, and kept without a place`)
    if (set.get(meta.key)?.seq !== meta.seq) found.push(`${name} is not found by its key`)
    if (set.getByItem(meta.itemId)?.seq !== meta.seq) found.push(`${name} is not found by its item`)
    if (!set.tree.has(meta.createdMs, meta.itemId)) found.push(`${name} is not in the tree`)
  }
  const groups = Map.groupBy(metas, meta => meta.group)
  const counts = [...set.groups()]
  expectEqual('the number of groups', counts.length, groups.size)
  for (const { group, total, live: liveOfGroup } of counts) {
    const members = groups.get(group) ?? []
    expectEqual(`total of ${group}`, total, members.length)
    expectEqual(`live of ${group}`, liveOfGroup, members.filter(meta => live.includes(meta)).length)
    if (total > room.maxPerGroup) found.push(`${group} has ${total} entries, its quota is ${room.maxPerGroup}`)
  }
  return found
}
