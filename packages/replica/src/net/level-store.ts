import { platform } from '#platform'
import type { AbstractBatchOperation, AbstractLevel } from 'abstract-level'

/**
 * Any database of the level family: classic-level, browser-level, memory-level. No class of theirs is a subtype of `AbstractLevel`, so this
 * says what is used.
 */
export interface Level {
  readonly status: string
  open(): Promise<void>
  close(): Promise<void>
  sublevel(name: string, options: { keyEncoding: string; valueEncoding: string }): object
}

type Part = AbstractLevel<Uint8Array, Uint8Array, Uint8Array>
export type Write = AbstractBatchOperation<Part, Uint8Array, Uint8Array>

/** A store that takes no writes until it is recovered. */
export class StoreError extends Error {
  override name = 'StoreError'
}

/**
 * A database that several replicas share. Give it one of its own: after a failed write it is closed and opened again.
 *
 * LevelDB goes on after a write that failed halfway, behind half a record in its log, and loses all that it wrote since when it is next
 * opened. So the first failed write ends all writes, of all parts, until the database was reopened; what was durable before is intact,
 * and is served meanwhile.
 */
export class LevelStore {
  readonly #level: Level
  readonly #parts = new Map<string, Part>()
  #broken: StoreError | undefined
  #recovery: Promise<void> | undefined

  constructor(level: Level) {
    this.#level = level
  }

  /** Why it takes no writes. */
  get broken(): StoreError | undefined {
    return this.#broken
  }

  /** A part of its own for each name. */
  async part(name: string): Promise<StorePart> {
    let part = this.#parts.get(name)
    if (part === undefined) {
      part = this.#level.sublevel(name, { keyEncoding: 'view', valueEncoding: 'view' }) as Part
      this.#parts.set(name, part)
    }
    await part.open()
    return new StorePart(part, this)
  }

  /** All or nothing, and on the disk when it resolves. @throws {StoreError} */
  async write(part: Part, writes: Write[]): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken
    try {
      // memory-level and browser-level have no such option, and do not mind
      await part.batch(writes, { sync: true } as object)
    } catch (cause) {
      throw (this.#broken ??= new StoreError(`the store takes no writes: ${reasonOf(cause)}`, { cause }))
    }
    // another part's write may have failed while this one was under way, before it in the log
    if (this.#broken !== undefined) throw this.#broken
  }

  async read<T>(read: () => Promise<T>): Promise<T> {
    await this.#recovery?.catch(() => {})
    try {
      return await read()
    } catch (error) {
      if (this.#recovery === undefined || !isNotOpen(error)) throw error
      await this.#recovery
      return read()
    }
  }

  /**
   * Makes it take writes again. While there is no space for that it changes nothing, so that it goes on to serve reads.
   * @throws {StoreError} when it still does not.
   */
  async recover(): Promise<void> {
    if (this.#broken === undefined) return
    this.#recovery ??= this.#reopen().finally(() => {
      this.#recovery = undefined
    })
    await this.#recovery
  }

  async #reopen(): Promise<void> {
    const level = this.#level
    try {
      if (level.status === 'open') {
        await platform.assertSpace(level)
        await level.close()
      }
      await level.open()
      await Promise.all([...this.#parts.values()].map(part => part.open()))
      const probe = level.sublevel('probe', { keyEncoding: 'view', valueEncoding: 'view' }) as Part
      await probe.batch([{ type: 'put', key: PROBE, value: PROBE }], { sync: true } as object)
    } catch (cause) {
      throw (this.#broken = new StoreError(`the store takes no writes: ${reasonOf(cause)}`, { cause }))
    }
    this.#broken = undefined
  }
}

/** One replica's part of a store. */
export class StorePart {
  readonly #part: Part
  readonly #store: LevelStore

  constructor(part: Part, store: LevelStore) {
    this.#part = part
    this.#store = store
  }

  get store(): LevelStore {
    return this.#store
  }

  write(writes: Write[]): Promise<void> {
    return this.#store.write(this.#part, writes)
  }

  async getMany(keys: Uint8Array[]): Promise<Array<Uint8Array | undefined>> {
    const found = await this.#store.read(() => this.#part.getMany(keys))
    return found.map(value => (value === undefined ? undefined : plain(value)))
  }

  /** In the order of keys, a page at a time. */
  async *pages(
    range: { gte: Uint8Array; lt: Uint8Array },
    pageBytes: number,
  ): AsyncGenerator<Array<[Uint8Array, Uint8Array]>> {
    // classic-level ends a page at 16 KiB unless told otherwise
    const iterator = this.#part.iterator({ ...range, highWaterMarkBytes: pageBytes } as object)
    try {
      for (;;) {
        const page = (await iterator.nextv(MAX_PAGE)) as Array<[Uint8Array, Uint8Array]>
        if (page.length === 0) return
        yield page.map(([key, value]) => [plain(key), plain(value)])
      }
    } finally {
      await iterator.close()
    }
  }
}

const MAX_PAGE = 4_096
/** Key and value of what is written to see whether anything can be. */
const PROBE = new Uint8Array([0])

/** Makes a database a store for replicas. Open and close the database yourself. */
export function levelStore(level: Level): LevelStore {
  return new LevelStore(level)
}

/** In Node they are Buffers, whose `slice` shares memory. */
function plain({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function isNotOpen(error: unknown): boolean {
  return (error as { code?: string }).code === 'LEVEL_DATABASE_NOT_OPEN'
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
