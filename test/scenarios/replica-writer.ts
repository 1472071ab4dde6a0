// Opens a store of notes, says what it has, then writes until it is killed, and says what is durable: lines of JSON on standard output.
// Synchronous ones: what was said before the kill is read after it.
import { randomBytes, randomInt } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openNotes, signedNote } from './notes.ts'

export type Line =
  | { readonly held: ReadonlyArray<{ name: string; seq: number; isFinal: boolean }>; readonly damaged: number }
  | { readonly durable: { name: string; seq: number; isFinal: boolean } }

const PARALLEL = 24
const NAMES = 400
const MAX_BODY_BYTES = 4_096

function say(line: Line): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

const notes = await openNotes(process.argv[2]!)
const { replica } = notes
const held = await notes.all()
say({ held, damaged: replica.status().counters.damagedRows })

const seqs = new Map(held.map(({ name, seq }) => [name, seq]))
async function write(): Promise<never> {
  for (;;) {
    const name = `note ${randomInt(NAMES)}`
    const seq = (seqs.get(name) ?? 0) + 1
    seqs.set(name, seq)
    const isFinal = randomInt(10) === 0
    const body = isFinal ? undefined : randomBytes(randomInt(MAX_BODY_BYTES))
    const note = await signedNote({ name, seq, body })
    try {
      await replica.publish(note)
      say({ durable: { name, seq, isFinal } })
    } catch (error) {
      // another of these has published a later one of that name meanwhile
      if ((error as { code?: string }).code !== 'superseded') throw error
    }
  }
}
await Promise.all(Array.from({ length: PARALLEL }, write))
