import { PERFECT_LINK, schedule } from '@stoa/testkit'
import { SharedBytes } from './shared-bytes.ts'
import type { LinkSettings, Random, Schedule } from '@stoa/testkit'
import type { NetworkSettings } from '../settings.ts'
import type { Plan } from '../plan.ts'
import type { DilatedTime } from '../time/dilated-time.ts'
import type { Cable } from './cable.ts'

/** The links of a network as its plan has them, and who listens. */
export class Cabling {
  readonly time: DilatedTime
  readonly shared = new SharedBytes()
  readonly listeners = new Map<number, (connection: Cable) => void>()
  readonly #links = new Map<string, LinkSettings>()
  readonly #source: Random

  constructor(settings: NetworkSettings, plan: Plan, time: DilatedTime, source: Random) {
    const { bytesPerSecond, loss } = settings
    this.time = time
    this.#source = source
    for (const { earlier, later, latencyMs } of plan.links) {
      this.#links.set(nameOf(earlier, later), { ...PERFECT_LINK, latencyMs, bytesPerSecond, loss })
    }
  }

  /** @throws {RangeError} for a link that is not planned */
  link(one: number, other: number): LinkSettings {
    const link = this.#links.get(nameOf(one, other))
    if (link === undefined) throw new RangeError(`no link between nodes ${one} and ${other} is planned`)
    return link
  }

  /** The fate of what one node sends to another: by the seed and the two. */
  schedule(from: number, to: number): Schedule {
    return schedule(this.#source.fork(`${from} to ${to}`))
  }
}

function nameOf(one: number, other: number): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`
}
