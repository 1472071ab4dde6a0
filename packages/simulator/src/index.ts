export type { NetworkResult } from './result.ts'
export type { NetworkSettings } from './settings.ts'
