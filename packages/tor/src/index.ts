export type { TorEndpoint, TorInit } from './options.ts'
