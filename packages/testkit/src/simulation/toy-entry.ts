import { toyHash } from './toy-hash.ts'
import type { Entry } from '@stoa/replica/core'

/**
 * Why an entry is no evidence of a fault when it is treated unlike its owner meant it.
 * - `honest`: by an owner that keeps the rules of spec/replica.md
 * - `unruly`: proven, by an owner that breaks them: two versions of one `seq`, an update that lets the older one outlive it
 * - `forged`: not proven: tampered with, or of another's key
 */
export type Conduct = 'honest' | 'unruly' | 'forged'

/** An entry without signatures. Whether it is proven is a field. */
export interface ToyEntry extends Entry {
  readonly owner: number
  readonly name: number
  readonly conduct: Conduct
  /** Small and unlike that of any other entry of the run. */
  readonly uid: number
}

export interface ToyEntryInit {
  readonly uid: number
  readonly owner: number
  readonly name: number
  readonly conduct: Conduct
  readonly seq: number
  readonly isFinal: boolean
  readonly createdMs: number
  readonly expiresMs: number
  readonly holdsMs: number
  readonly sizeBytes: number
}

export function toyEntry(init: ToyEntryInit): ToyEntry {
  const { uid, owner, name, seq, createdMs } = init
  const entry: ToyEntry = {
    uid,
    owner,
    name,
    conduct: init.conduct,
    bytes: new Uint8Array(init.sizeBytes),
    id: toyHash(ID, uid, owner, name, seq, createdMs),
    key: toyKey(owner, name),
    group: `owner/${owner}`,
    seq,
    isFinal: init.isFinal,
    createdMs,
    expiresMs: init.expiresMs,
    holdsMs: init.holdsMs,
    mark: owner & 0xff,
  }
  PARSED.set(entry.bytes, entry)
  return entry
}

/** What the bytes mean: an entry is known by the array they are in, whatever that holds. */
export function parseToy(bytes: Uint8Array): ToyEntry {
  const entry = PARSED.get(bytes)
  if (entry === undefined) throw new Error('these are not the bytes of a toy entry')
  return entry
}

const KEY = 1
const ID = 2
const PARSED = new WeakMap<Uint8Array, ToyEntry>()

export function toyKey(owner: number, name: number): Uint8Array {
  return toyHash(KEY, owner, name)
}

/** What an entry of this seq would be compared by: the order of spec/replica.md §4, written again for the checks. */
export interface Version {
  readonly seq: number
  readonly isFinal: boolean
  readonly id: Uint8Array
}

/** More than 0 when `a` wins. */
export function compareVersions(a: Version, b: Version): number {
  if (a.seq !== b.seq) return a.seq > b.seq ? 1 : -1
  if (a.isFinal !== b.isFinal) return a.isFinal ? 1 : -1
  const differs = a.id.findIndex((byte, index) => byte !== b.id[index])
  return differs === -1 ? 0 : a.id[differs]! - b.id[differs]!
}
