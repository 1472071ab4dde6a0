import { covers, freeRank, isTaken, sizeClassOf, stampRank, timeClassOf } from '@stoa/replica/core'
import { MAX_CLOCK_SKEW_MS, MAX_TTL_MS } from './scenario.ts'
import { toyEntry, toyKey } from './toy-entry.ts'
import { toyStamp } from './toy-stamp.ts'
import type { Random } from '../random.ts'
import type { History } from './history.ts'
import type { Scenario } from './scenario.ts'
import type { Conduct, ToyEntry } from './toy-entry.ts'
import type { Rumour, ToyNode } from './toy-node.ts'
import type { EntryMeta, Stamp } from '@stoa/replica/core'

export interface ToyOwnerInit {
  readonly index: number
  readonly isUnruly: boolean
  readonly devices: ToyNode[]
  readonly random: Random
  readonly history: History
  readonly scenario: Scenario
  /** Somewhere else in the network. */
  readonly anyNode: () => ToyNode | undefined
  /** Moves a time, in ms since 1970, out of the time in which sets are compared. */
  readonly outsideQuiet: (timeMs: number) => number
}

/** What an entry of an owner is to be like, beyond its name. */
interface Wish {
  readonly seq: number
  readonly isFinal: boolean
  readonly createdMs: number
  readonly expiresMs: number
  readonly holdsMs: number
  readonly conduct: Conduct
}

/** The most that this network’s owners pay. */
const MAX_BITS = 40
/** A lifetime that ends, by every clock that is not astray, before what was counted from another clock of the same owner. */
const MAX_WISHED_TTL_MS = MAX_TTL_MS - 2 * MAX_CLOCK_SKEW_MS

/** Somebody who publishes, updates and removes, from one node or two, by the rules of spec/replica.md §6, or against them. */
export class ToyOwner {
  readonly index: number
  readonly isUnruly: boolean
  readonly devices: ToyNode[]
  /** Whether each of its versions is in its node’s store: not with two devices, nor after a disk was lost. */
  knowsAll: boolean
  readonly #init: ToyOwnerInit
  #names = 0

  constructor(init: ToyOwnerInit) {
    this.#init = init
    this.index = init.index
    this.isUnruly = init.isUnruly
    this.devices = init.devices
    this.knowsAll = init.devices.length === 1
    for (const device of init.devices) device.owners.add(init.index)
  }

  /** One thing that it does. */
  act(): void {
    const { random } = this.#init
    const up = this.devices.filter(device => device.isUp)
    if (up.length === 0) return
    const device = random.pick(up)
    if (this.isUnruly && random.chance(0.4)) return this.#misbehave(device)
    if (this.#names === 0 || random.chance(0.5)) this.#publish(device, this.#names++, false)
    else this.#publish(device, random.int(0, this.#names - 1), random.chance(0.4))
  }

  #publish(device: ToyNode, name: number, wantsRemoval: boolean): void {
    const { random } = this.#init
    const known = device.set.get(toyKey(this.index, name))
    const isFinal = wantsRemoval && known !== undefined
    if (known === undefined && this.#isFull(device)) return
    const createdMs = Math.max(device.now(), known?.createdMs ?? 0)
    const expiresMs = isFinal ? createdMs : createdMs + this.#ttlMs(random, createdMs)
    const earlierMs = this.knowsAll ? (known?.holdsMs ?? 0) : createdMs + MAX_TTL_MS
    this.#own(device, name, {
      seq: nextSeq(device, known),
      isFinal,
      createdMs,
      expiresMs,
      holdsMs: Math.max(expiresMs, earlierMs),
      conduct: this.isUnruly ? 'unruly' : 'honest',
    })
  }

  #misbehave(device: ToyNode): void {
    const { random, anyNode } = this.#init
    const name = random.int(0, this.#names)
    if (name === this.#names) this.#names++
    const known = device.set.get(toyKey(this.index, name))
    const nowMs = device.now()
    const wish: Wish = {
      seq: nextSeq(device, known),
      isFinal: random.chance(0.3),
      createdMs: nowMs,
      expiresMs: nowMs + this.#ttlMs(random, nowMs),
      holdsMs: 0,
      conduct: 'unruly',
    }
    const deed = random.pick(['twins', 'short', 'future', 'endless', 'many'] as const)
    switch (deed) {
      case 'twins':
        for (let twin = 0; twin < 2; twin++) this.#inject(anyNode(), name, { ...wish, holdsMs: wish.expiresMs })
        return
      case 'short': {
        // what it replaces outlives it
        const expiresMs = this.#init.outsideQuiet(nowMs + random.int(1, 60_000))
        return this.#own(device, name, { ...wish, expiresMs, holdsMs: expiresMs })
      }
      case 'future': {
        const aheadMs = random.int(MAX_CLOCK_SKEW_MS, 20 * 60_000)
        const expiresMs = this.#init.outsideQuiet(wish.expiresMs + aheadMs)
        return this.#inject(anyNode(), name, { ...wish, createdMs: nowMs + aheadMs, expiresMs, holdsMs: expiresMs })
      }
      case 'endless':
        return this.#inject(anyNode(), name, { ...wish, holdsMs: nowMs + MAX_TTL_MS + random.int(1, MAX_TTL_MS) })
      case 'many':
        for (let more = 0; more < 5; more++)
          this.#inject(anyNode(), this.#names++, { ...wish, holdsMs: wish.expiresMs })
    }
  }

  #own(device: ToyNode, name: number, wish: Wish): void {
    const { history } = this.#init
    const rumour = this.#rumour(device, name, wish)
    if (rumour === undefined) return
    const { life } = device
    device.publish(rumour, verdict => {
      if (!isTaken(verdict)) return
      history.acknowledged.set(rumour.entry, device.index)
      if (life === device.life) device.witness.promised(rumour.entry)
    })
  }

  #inject(node: ToyNode | undefined, name: number, wish: Wish): void {
    const rumour = node && this.#rumour(node, name, wish)
    if (rumour !== undefined) node?.receive(rumour, undefined)
  }

  /** With the stamp that it takes: spec/replica.md §5. Undefined when that is too dear. */
  #rumour(device: ToyNode, name: number, wish: Wish): Rumour | undefined {
    const { random, history, scenario } = this.#init
    const sizeBytes = random.int(scenario.sizeBytes[0], scenario.sizeBytes[1])
    const stamp = this.#pay(device, name, wish, sizeBytes)
    if (stamp === 'too-dear') return undefined
    const entry: ToyEntry = toyEntry({ ...wish, uid: history.entries.length, owner: this.index, name, sizeBytes })
    return { entry: history.made(entry), stamp }
  }

  /** As a replica pays: for a place, and never for one that ranks below what it replaces. */
  #pay(device: ToyNode, name: number, { createdMs, holdsMs }: Wish, sizeBytes: number): Stamp | undefined | 'too-dear' {
    const key = toyKey(this.index, name)
    const free = freeRank(sizeBytes, holdsMs - createdMs)
    const needed = device.set.rankNeeded(sizeBytes)
    const before = device.set.rankOf(key) ?? Number.NEGATIVE_INFINITY
    if (needed === undefined) return 'too-dear'
    if (free >= Math.max(needed, before)) return undefined
    const held = device.set.get(key)?.stamp
    if (held !== undefined && covers(held, { sizeBytes, createdMs, holdsMs }) && stampRank(held) >= needed) return held
    const sizeClass = sizeClassOf(sizeBytes)
    const bits = Math.max(before, needed + 1) + sizeClass + timeClassOf(holdsMs - createdMs)
    if (bits > MAX_BITS) return 'too-dear'
    const salt = this.#init.history.entries.length
    return toyStamp({ key, sizeClass, fromMs: createdMs, untilMs: holdsMs, bits, salt })
  }

  /** An owner’s node does not go over its quota. */
  #isFull(device: ToyNode): boolean {
    const { scenario } = this.#init
    for (const { group, total } of device.set.groups())
      if (group === `owner/${this.index}`) return total >= scenario.maxPerGroup
    return false
  }

  #ttlMs(random: Random, fromMs: number): number {
    const { scenario, outsideQuiet } = this.#init
    const [shortest, longest] = scenario.ttlMs
    const ttlMs = Math.round(shortest * (longest / shortest) ** random.next())
    return Math.min(MAX_WISHED_TTL_MS, outsideQuiet(fromMs + ttlMs) - fromMs)
  }
}

/** spec/records.md: the time, unless that was used. */
function nextSeq(device: ToyNode, known: EntryMeta | undefined): number {
  return Math.max(device.now(), (known?.seq ?? 0) + 1)
}
