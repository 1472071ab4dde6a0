import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MESH, meshOf } from '@stoa/broadcast'
import { resultFromJson, resultToJson } from '../result-json.ts'
import type { GossipsubOverrides } from '@stoa/broadcast'
import type { NetworkResult } from '../result.ts'
import type { NetworkSettings } from '../settings.ts'

/** Results of finished settings in a directory, so that a sweep that was interrupted goes on where it was. */
export class KeptResults {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Undefined when these settings have not been run, or what was kept cannot be read. */
  async get(name: string): Promise<NetworkResult | undefined> {
    try {
      return resultFromJson(await readFile(this.#path(name), 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** Whole or not at all, whenever the process ends. */
  async put(name: string, result: NetworkResult): Promise<void> {
    await mkdir(this.#directory, { recursive: true })
    const path = this.#path(name)
    await writeFile(`${path}.part`, resultToJson(result))
    await rename(`${path}.part`, path)
  }

  #path(name: string): string {
    return join(this.#directory, `${name}.json`)
  }
}

/** Names a run by its settings, all of them: with others in the same directory there is no confusion. */
export function runName(label: string, settings: NetworkSettings): string {
  const words = label.replaceAll(/[^\w.=-]+/g, '_').slice(0, 80)
  return `${words}-${settingsKey(settings)}`
}

/** gossipsub's own, where broadcast has no other. */
const HEARTBEAT_MS = 1_000
const GOSSIPSUB_DEFAULTS: GossipsubOverrides = {
  floodPublish: true,
  Dlazy: 6,
  gossipFactor: 0.25,
  mcacheLength: 5,
  mcacheGossip: 3,
}

/** The same for the same network, in whatever order its settings were given, and whether a default was given or not. */
export function settingsKey(settings: NetworkSettings): string {
  const gossip = withoutDefaults(settings.gossip)
  const mesh = gossip.D === undefined ? MESH : { ...MESH, ...meshOf(gossip.D) }
  const whole = { ...settings, gossip: { ...mesh, heartbeatInterval: HEARTBEAT_MS, ...gossip } }
  return createHash('sha256').update(canonical(whole)).digest('hex').slice(0, 12)
}

function withoutDefaults(gossip: GossipsubOverrides): GossipsubOverrides {
  const isDefault = (name: string, value: unknown) => value === GOSSIPSUB_DEFAULTS[name as keyof GossipsubOverrides]
  return Object.fromEntries(Object.entries(gossip).filter(([name, value]) => !isDefault(name, value)))
}

function canonical(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return `{${entries
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`)
    .join()}}`
}
