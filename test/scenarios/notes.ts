import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { createVerifier, decodeRecord, RecordError, signRecord } from '@stoa/record'
import { createReplica, EntryError, levelStore } from '@stoa/replica'
import { ClassicLevel } from 'classic-level'
import type { PeerId } from '@libp2p/interface'
import type { RecordFields, UncheckedRecord } from '@stoa/record'
import type { Entry, Replica, ReplicaComponents, Rules } from '@stoa/replica'

// A replica of signed notes on a real disk, with nobody around: what is left of a node when only its store is looked at.

const NETWORK = 'test'
const LIMITS = { maxBodyBytes: 16_384, maxTtlMs: 86_400_000 }

export interface Note extends Entry {
  readonly record: UncheckedRecord
}

const verifier = createVerifier({ network: NETWORK })
const rules: Rules<Note> = {
  maxEntryBytes: 17_000,
  maxPerGroup: 1_000_000,
  maxTtlMs: LIMITS.maxTtlMs,
  parse: bytes => {
    try {
      const record = decodeRecord(bytes, LIMITS)
      const { id, key, seq, createdMs, expiresMs, holdsMs, removed: isFinal } = record
      return { bytes: record.bytes, id, key, group: '', seq, isFinal, createdMs, expiresMs, holdsMs, mark: 0, record }
    } catch (error) {
      if (error instanceof RecordError) throw new EntryError(error.message, { cause: error })
      throw error
    }
  },
  verify: async notes => {
    const results = await verifier.verify(notes.map(({ record }) => record))
    return results.map(result => !(result instanceof Error))
  },
}

const owner = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(7))

export async function signedNote(fields: Pick<RecordFields, 'name' | 'seq' | 'body'>): Promise<Uint8Array> {
  const createdMs = Date.now()
  const times = { createdMs, expiresMs: createdMs + LIMITS.maxTtlMs }
  const { bytes } = await signRecord(
    owner,
    { space: 'notes', ...times, ...fields },
    { network: NETWORK, limits: LIMITS },
  )
  return bytes
}

export interface OpenNotes {
  readonly replica: Replica<Note>
  /** All that are held, read from the disk and checked to the signature. */
  all(): Promise<Array<{ name: string; seq: number; isFinal: boolean }>>
  close(): Promise<void>
}

export async function openNotes(directory: string): Promise<OpenNotes> {
  const level = new ClassicLevel(directory)
  await level.open()
  const replica = createReplica<Note>(
    { network: NETWORK, family: 'notes', rules, store: levelStore(level), storeRetryMs: 50, admission: 'open' },
    nobody,
  )
  await replica.start()
  return {
    replica,
    all: async () => {
      const notes: Array<{ name: string; seq: number; isFinal: boolean }> = []
      let page = replica.scan({ limit: 1_000 })
      for (;;) {
        const held = await replica.read(page.metas)
        const entries = held.map((found, index) => {
          if (found === undefined) throw new Error(`an entry of seq ${page.metas[index]!.seq} is held and not there`)
          return found.entry
        })
        const proofs = await rules.verify(entries)
        if (proofs.includes(false)) throw new Error('an entry is served that nobody signed')
        for (const { record, seq, isFinal } of entries) {
          notes.push({ name: new TextDecoder().decode(record.name), seq, isFinal })
        }
        if (page.next === undefined) return notes
        page = replica.scan({ limit: 1_000, after: page.next })
      }
    },
    close: async () => {
      await replica.stop()
      await level.close()
    },
  }
}

const silent = Object.assign(() => {}, { enabled: false, trace: () => {}, error: () => {}, newScope: () => silent })

const nobody: ReplicaComponents = {
  peerId: { toString: () => 'me' } as PeerId,
  registrar: { handle: async () => {}, unhandle: async () => {}, register: async () => '', unregister: () => {} },
  connectionManager: {
    openStream: () => Promise.reject(new Error('nobody is there')),
    getConnections: () => [],
    closeConnections: async () => {},
  },
  broadcast: {
    topic: () => ({ publish: async () => ({ recipients: 0, duplicate: false }), close: async () => {} }),
  },
  logger: { forComponent: () => silent },
}
