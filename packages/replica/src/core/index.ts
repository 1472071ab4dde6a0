// `@stoa/replica/core`: the pure core, for simulations and for whoever drives it over something else than libp2p.
export { EntrySet, itemIdOf } from './entry-set.ts'
export { covers, freeRank, sizeClassOf, stampRank, timeClassOf } from './place.ts'
export { isBlamed, isTaken } from './verdict.ts'

export type { Change, DropReason } from './change.ts'
export type { Entry, EntryMeta, Stamp, Verified } from './entry.ts'
export type { Added, Cursor, EntrySetOptions, ScanPage, ScanQuery } from './entry-set.ts'
export type { GroupCount } from './groups.ts'
export type { Pricing } from './place.ts'
export type { Verdict } from './verdict.ts'
