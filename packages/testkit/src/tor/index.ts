export { torMissing } from './available.ts'
export { createTorNetwork } from './network.ts'
export type { TorNetwork, TorNetworkInit } from './network.ts'
