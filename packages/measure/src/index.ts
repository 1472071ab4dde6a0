export { delaysOf, quantile } from './statistics.ts'
export type { Delays } from './statistics.ts'
export type { PeerPropagation, PeerReport, PropagationReport } from './report.ts'
