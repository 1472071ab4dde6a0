// Fills the small file system that it is given until its store takes no more, frees room, and goes on. Says at the end what it saw.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openNotes, signedNote } from './notes.ts'

export interface Seen {
  readonly acknowledged: number
  readonly readOnlyReason: string
  readonly errorCode: string
  readonly errorMessage: string
  readonly isRetryable: boolean
  /** Of the acknowledged, while the disk was full. */
  readonly servedWhileFull: number
  /** Entries held then that were not acknowledged. */
  readonly unacknowledgedWhileFull: number
  /** Acknowledged after there was room again. */
  readonly afterwards: number
  /** Of all acknowledged, in the same process, and after the store was opened again. */
  readonly servedAtLast: number
  readonly servedAfterRestart: number
  readonly damaged: number
}

const directory = process.argv[2]!
const store = join(directory, 'store')
const ballast = join(directory, 'ballast')
const BALLAST_BYTES = 12_582_912
const AFTERWARDS = 200
const PARALLEL = 16

writeFileSync(ballast, randomBytes(BALLAST_BYTES))
const notes = await openNotes(store)
const { replica } = notes
const acknowledged = new Set<string>()
let written = 0

async function write(): Promise<void> {
  const name = `note ${written++}`
  await replica.publish(await signedNote({ name, seq: 1, body: randomBytes(2_048) }))
  acknowledged.add(name)
}

const readOnly = once(replica, 'read-only')
const full = Promise.withResolvers<Error & { code: string; retryable: boolean }>()
const fill = async (): Promise<void> => {
  try {
    for (;;) await write()
  } catch (error) {
    full.resolve(error as never)
  }
}
await Promise.all(Array.from({ length: PARALLEL }, fill))
const error = await full.promise
const [{ detail }] = (await readOnly) as [CustomEvent<{ reason: string }>]

// what was on its way has been taken back
const heldWhileFull = await notes.all()
const beforeRoom = acknowledged.size

const writable = once(replica, 'writable')
rmSync(ballast)
await writable
for (let count = 0; count < AFTERWARDS; count++) await write()
const served = (names: ReadonlyArray<{ name: string }>): number =>
  names.filter(({ name }) => acknowledged.has(name)).length
const atLast = await notes.all()
await notes.close()
const again = await openNotes(store)
const afterRestart = await again.all()
const { damagedRows: damaged } = again.replica.status().counters
await again.close()

const seen: Seen = {
  acknowledged: acknowledged.size,
  readOnlyReason: detail.reason,
  errorCode: error.code,
  errorMessage: error.message,
  isRetryable: error.retryable,
  servedWhileFull: served(heldWhileFull),
  unacknowledgedWhileFull: heldWhileFull.length - beforeRoom,
  afterwards: acknowledged.size - beforeRoom,
  servedAtLast: served(atLast),
  servedAfterRestart: served(afterRestart),
  damaged,
}
console.log(JSON.stringify(seen))
