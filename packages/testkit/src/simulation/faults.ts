import { toyEntry } from './toy-entry.ts'
import type { Random } from '../random.ts'
import type { ToyNetwork } from './network.ts'
import type { Scenario } from './scenario.ts'
import type { ToyOwner } from './toy-owner.ts'

const MINUTE_MS = 60_000

/** Puts the faults of a scenario at times of the seed’s choice, all over before `untilMs`. */
export function scheduleFaults(
  network: ToyNetwork,
  owners: readonly ToyOwner[],
  scenario: Scenario,
  random: Random,
  untilMs: number,
): void {
  const { queue } = network
  const lengthMs = untilMs - queue.nowMs
  const sometime = (spareMs = 0): number => queue.nowMs + random.int(0, Math.max(0, lengthMs - spareMs))
  const times = (count: number, run: (index: number) => void): void => {
    for (let index = 0; index < count; index++) run(index)
  }

  times(scenario.crashes + scenario.diskLosses, index => {
    const losesDisk = index >= scenario.crashes
    queue.at(sometime(4 * MINUTE_MS), () => crashOne(network, owners, random, losesDisk))
  })
  times(scenario.joins, () => queue.at(sometime(), () => network.join()))
  times(scenario.leaves, () =>
    queue.at(sometime(), () => {
      const up = network.up()
      if (up.length > 3) network.leave(random.pick(up))
    }),
  )
  // one after the other: the next begins where the last was healed
  const partMs = lengthMs / Math.max(1, scenario.partitions)
  times(scenario.partitions, index => {
    const lastsMs = Math.min(scenario.partitionMs, partMs)
    const beginsMs = queue.nowMs + index * partMs
    // the last one heals when everything does, so that how fast sets become equal is seen
    const waitsMs = index === scenario.partitions - 1 ? partMs - lastsMs : random.next() * (partMs - lastsMs)
    queue.at(Math.floor(beginsMs + waitsMs), () => network.partition(random.chance(0.8) ? 2 : 3))
    queue.at(Math.floor(beginsMs + waitsMs + lastsMs), () => network.heal())
  })
  times(Math.round((scenario.forgeriesPerMinute * lengthMs) / MINUTE_MS), () =>
    queue.at(sometime(), () => inject(network, random)),
  )
}

function crashOne(network: ToyNetwork, owners: readonly ToyOwner[], random: Random, losesDisk: boolean): void {
  const up = network.up()
  if (up.length <= 2) return
  const node = random.pick(up)
  network.crash(node)
  if (losesDisk) {
    node.loseDisk()
    for (const owner of owners) if (owner.devices.includes(node)) owner.knowsAll = false
  }
  network.queue.after(random.int(100, 3 * MINUTE_MS), () => network.restart(node))
}

/** Somebody without a key: an old entry once more, or one that was tampered with, to any node. */
function inject(network: ToyNetwork, random: Random): void {
  const { history } = network
  const made = history.entries
  const up = network.up()
  if (made.length === 0 || up.length === 0) return
  const entry = random.pick(made)
  const node = random.pick(up)
  if (random.chance(0.5)) return node.receive({ entry, stamp: undefined }, undefined)
  const forged = toyEntry({
    ...entry,
    uid: made.length,
    conduct: 'forged',
    seq: entry.seq + random.int(0, 1_000_000),
    isFinal: random.chance(0.5),
    sizeBytes: entry.bytes.length,
    expiresMs: entry.holdsMs,
  })
  node.receive({ entry: history.made(forged), stamp: undefined }, undefined)
}
