import { broadcast } from '@stoa/broadcast'
import { direct } from '@stoa/direct'
import { createNetwork } from '@stoa/testkit'
import { measure } from '../src/index.ts'
import type { BroadcastService } from '@stoa/broadcast'
import type { DirectService } from '@stoa/direct'
import type { Network, NetworkInit } from '@stoa/testkit'
import type { MeasureInit, MeasureService } from '../src/index.ts'

export interface Services {
  [name: string]: unknown
  broadcast: BroadcastService
  direct: DirectService
  measure: MeasureService
}

export type MeasureNetwork = Network<Services>

/** Nodes that measure, and what they need for it. */
export function measureNetwork(
  init: Omit<NetworkInit<Services>, 'services'>,
  options: MeasureInit | ((index: number) => MeasureInit) = {},
): Promise<MeasureNetwork> {
  return createNetwork<Services>({
    ...init,
    services: index => ({
      broadcast: broadcast(),
      direct: direct(),
      measure: measure(typeof options === 'function' ? options(index) : options),
    }),
  })
}

export function measureOf(network: MeasureNetwork, index: number): MeasureService {
  return network.node(index).services.measure
}
