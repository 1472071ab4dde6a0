import type { EntryMeta, Held, RawStamp, Replica, ReplicaChange, Verdict } from '@stoa/replica'
import type { LetterEntry } from '../letter/letter.ts'

/** Where a letter is kept: its id, and its bucket, which says in which set. */
export interface Place {
  readonly key: Uint8Array
  readonly bucket: number
}

/** Entries read at a time while a bucket is looked through. */
const PAGE = 64

/** The network's mail: one replica for each shard, by the first bits of the bucket. */
export class Letters {
  readonly replicas: ReadonlyArray<Replica<LetterEntry>>
  readonly #bucketsPerShard: number

  constructor(replicas: ReadonlyArray<Replica<LetterEntry>>, bucketBits: number) {
    this.replicas = replicas
    this.#bucketsPerShard = 2 ** bucketBits / replicas.length
  }

  async start(): Promise<void> {
    await Promise.all(this.replicas.map(async replica => replica.start()))
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map(async replica => replica.stop()))
  }

  onChange(listener: (changes: ReadonlyArray<ReplicaChange<LetterEntry>>) => void): void {
    for (const replica of this.replicas) {
      replica.addEventListener('change', ({ detail }) => listener(detail.changes))
    }
  }

  get({ key, bucket }: Place): Promise<Held<LetterEntry> | undefined> {
    return this.#of(bucket).get(key)
  }

  publish(bytes: Uint8Array, bucket: number, signal?: AbortSignal): Promise<EntryMeta> {
    return this.#of(bucket).publish(bytes, { signal })
  }

  take({ bytes, header }: LetterEntry, stamp: RawStamp | undefined): Promise<Verdict> {
    return this.#of(header.bucket).take(bytes, stamp)
  }

  /** The live letters of a bucket, in pages, the earliest first. What `isKnown` is not read. */
  async *live(bucket: number, isKnown: (meta: EntryMeta) => boolean): AsyncGenerator<LetterEntry[]> {
    const replica = this.#of(bucket)
    const wanted = groupOf(bucket)
    let after
    do {
      const page = replica.scan({ group: group => group === wanted, live: true, after, limit: PAGE })
      const metas = page.metas.filter(meta => !isKnown(meta))
      const found = metas.length === 0 ? [] : await replica.read(metas)
      yield found.flatMap(held => (held?.entry.sealed === undefined ? [] : [held.entry]))
      after = page.next
    } while (after !== undefined)
  }

  #of(bucket: number): Replica<LetterEntry> {
    const replica = this.replicas[Math.floor(bucket / this.#bucketsPerShard)]
    if (replica === undefined) throw new RangeError(`no bucket ${bucket}`)
    return replica
  }
}

/** spec/mailbox.md: whose quota a letter counts in, which is nobody's. */
export function groupOf(bucket: number): string {
  return `mail/${bucket}`
}
