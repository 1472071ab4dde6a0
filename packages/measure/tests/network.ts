import { broadcast } from '@stoa/broadcast'
import { direct } from '@stoa/direct'
import { createNetwork, eventually } from '@stoa/testkit'
import { expect } from 'vitest'
import { measure } from '../src/index.ts'
import type { BroadcastService, Topic } from '@stoa/broadcast'
import type { DirectInit, DirectService } from '@stoa/direct'
import type { Network, NetworkInit } from '@stoa/testkit'
import type { MeasureCode, MeasureInit, MeasureService } from '../src/index.ts'

export interface Services {
  [name: string]: unknown
  broadcast: BroadcastService
  direct: DirectService
  measure: MeasureService
}

export type MeasureNetwork = Network<Services>

/** Short, for networks in which nothing gets lost. */
export const QUICK = { count: 5, intervalMs: 20, answerMs: 20 } as const

/** Nodes that measure, and what they need for it. Those without options only have what they need for it. */
export function measureNetwork(
  init: Omit<NetworkInit<Services>, 'services'>,
  options: MeasureInit | ((index: number) => MeasureInit | undefined) = {},
  directInit: DirectInit = {},
): Promise<MeasureNetwork> {
  return createNetwork<Services>({
    ...init,
    services: index => {
      const own = typeof options === 'function' ? options(index) : options
      const below = { broadcast: broadcast(), direct: direct(directInit) }
      return (own === undefined ? below : { ...below, measure: measure(own) }) as never
    },
  })
}

export function measureOf(network: MeasureNetwork, index: number): MeasureService {
  return network.node(index).services.measure
}

/** The measuring topic below the service. */
export function topicOf(network: MeasureNetwork, index: number, name = 'all'): Topic<unknown> {
  const { broadcast: service } = network.node(index).services
  return service.topics.find(({ wireTopic }) => wireTopic === `/stoa/main/measure/${name}`)!
}

/** Every node knows so many others on the topic. */
export async function meshed(network: MeasureNetwork, peers: number, name = 'all'): Promise<void> {
  await eventually(() => {
    for (const index of network.nodes.keys()) {
      expect(topicOf(network, index, name)?.meshSize ?? peers).toBeGreaterThanOrEqual(peers)
    }
  })
}

/** The code that it fails with. */
export async function codeOf(doing: Promise<unknown>): Promise<MeasureCode> {
  const error = await doing.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason as Error,
  )
  expect(error).toMatchObject({ name: 'MeasureError' })
  return (error as Error & { code: MeasureCode }).code
}
