import { edges, random } from '@stoa/testkit'
import { messageCount } from './settings.ts'
import type { NetworkSettings } from './settings.ts'

/** What the seed decides before anything runs: the same seed and settings, the same plan. */
export interface Plan {
  links: PlannedLink[]
  messages: PlannedMessage[]
}

/** The later of the two dials when it joins. */
export interface PlannedLink {
  earlier: number
  later: number
  /** One way. */
  latencyMs: number
}

export interface PlannedMessage {
  /** After the first moment of the measurement. */
  atMs: number
  node: number
}

export function planOf(settings: NetworkSettings): Plan {
  const { seed, nodes, topology, latencyMs, rate } = settings
  const source = random(seed)
  const [latencies, moments, authors] = ['latencies', 'moments', 'authors'].map(label => source.fork(label))
  const [least, most] = latencyMs
  return {
    links: edges(topology, nodes, source.fork('topology')).map(([from, to]) => ({
      earlier: Math.min(from, to),
      later: Math.max(from, to),
      latencyMs: least + latencies!.next() * (most - least),
    })),
    // one in each slot of 1 / rate, anywhere in it: neither in step with heartbeats nor by chance all at once
    messages: Array.from({ length: messageCount(settings) }, (_, index) => ({
      atMs: ((index + moments!.next()) * 1_000) / rate,
      node: authors!.int(0, nodes - 1),
    })),
  }
}
