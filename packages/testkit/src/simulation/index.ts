export { chargeOf, contents, inconsistencies, joined, placed, rankOf } from './recompute.ts'
export { compareVersions, toyEntry, toyKey } from './toy-entry.ts'
export { toyStamp } from './toy-stamp.ts'

export type { ToyEntry, ToyEntryInit } from './toy-entry.ts'
