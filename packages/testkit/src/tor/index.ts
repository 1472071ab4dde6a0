export { torMissing } from './available.ts'
export { createTorNetwork } from './network.ts'
export type { TorClient, TorNetwork, TorNetworkInit } from './network.ts'
