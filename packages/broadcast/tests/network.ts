import { createNetwork } from '@stoa/testkit'
import { broadcast } from '../src/index.ts'
import type { Network, NetworkInit } from '@stoa/testkit'
import type { BroadcastInit, BroadcastService } from '../src/index.ts'

export type BroadcastNetwork = Network<{ broadcast: BroadcastService }>

/** Nodes that run identify, ping and broadcast. */
export function broadcastNetwork(
  init: Omit<NetworkInit<{ broadcast: BroadcastService }>, 'services'>,
  options: BroadcastInit = {},
): Promise<BroadcastNetwork> {
  return createNetwork({ ...init, services: () => ({ broadcast: broadcast(options) }) })
}
