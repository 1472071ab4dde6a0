import { decodeInboxRow, encodeInboxRow } from './inbox-row.ts'
import { decodeOutboxRow, encodeOutboxRow } from './outbox-row.ts'
import { unwrapRow, wrapRow } from './sealed-row.ts'
import type { LevelStore } from '@stoa/replica'
import type { InboxRow } from './inbox-row.ts'
import type { OutboxRow } from './outbox-row.ts'

/** A part of a store that several services share: its writes are all or nothing, and on the disk when they resolve. */
export type StorePart = Awaited<ReturnType<LevelStore['part']>>
type Write = Parameters<StorePart['write']>[0][number]

/** What a row is of: this and the letter's id are its key. Letters lie apart, so that a change of state does not write them again. */
const OUTBOX = 0x6f
const OUTBOX_LETTER = 0x4f
const INBOX = 0x69
const INBOX_LETTER = 0x49
const PAGE_BYTES = 1_048_576

/** Outbox and inbox on the disk. */
export class MailStore {
  readonly #part: StorePart
  readonly #onBroken: (error: unknown) => void
  /** Rows that were damaged, and left out. */
  damagedRows = 0

  /** @param onBroken told of each write that the store did not take */
  constructor(part: StorePart, onBroken: (error: unknown) => void) {
    this.#part = part
    this.#onBroken = onBroken
  }

  loadOutbox(): AsyncGenerator<OutboxRow> {
    return this.#load(OUTBOX, decodeOutboxRow)
  }

  loadInbox(): AsyncGenerator<InboxRow> {
    return this.#load(INBOX, decodeInboxRow)
  }

  /** @param letter its bytes, when the row is new; `forget` when nobody needs them any more */
  async putOutbox(row: OutboxRow, letter?: Uint8Array | 'forget'): Promise<void> {
    await this.#put(OUTBOX, row.key, encodeOutboxRow(row), OUTBOX_LETTER, letter)
  }

  async putInbox(row: InboxRow, letter?: Uint8Array | 'forget'): Promise<void> {
    await this.#put(INBOX, row.key, encodeInboxRow(row), INBOX_LETTER, letter)
  }

  outboxLetter(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#letter(OUTBOX_LETTER, key)
  }

  inboxLetter(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#letter(INBOX_LETTER, key)
  }

  async removeOutbox(keys: readonly Uint8Array[]): Promise<void> {
    await this.#remove(OUTBOX, OUTBOX_LETTER, keys)
  }

  async removeInbox(keys: readonly Uint8Array[]): Promise<void> {
    await this.#remove(INBOX, INBOX_LETTER, keys)
  }

  async *#load<Row>(kind: number, decode: (key: Uint8Array, content: Uint8Array) => Row): AsyncGenerator<Row> {
    const range = { gte: Uint8Array.of(kind), lt: Uint8Array.of(kind + 1) }
    for await (const page of this.#part.pages(range, PAGE_BYTES)) {
      for (const [rowKey, value] of page) {
        const content = unwrapRow(rowKey, value)
        try {
          if (content === undefined) throw new TypeError('damaged')
          yield decode(rowKey.slice(1), content)
        } catch (error) {
          if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
          this.damagedRows++
        }
      }
    }
  }

  async #put(
    kind: number,
    key: Uint8Array,
    content: Uint8Array,
    letterKind: number,
    letter: Uint8Array | 'forget' | undefined,
  ): Promise<void> {
    const rowKey = keyOf(kind, key)
    const writes: Write[] = [{ type: 'put', key: rowKey, value: wrapRow(rowKey, content) }]
    if (letter !== undefined) {
      const letterKey = keyOf(letterKind, key)
      if (letter === 'forget') writes.push({ type: 'del', key: letterKey })
      else writes.push({ type: 'put', key: letterKey, value: wrapRow(letterKey, letter) })
    }
    await this.#write(writes)
  }

  async #write(writes: Write[]): Promise<void> {
    try {
      await this.#part.write(writes)
    } catch (error) {
      this.#onBroken(error)
      throw error
    }
  }

  async #letter(kind: number, key: Uint8Array): Promise<Uint8Array | undefined> {
    const rowKey = keyOf(kind, key)
    const [value] = await this.#part.getMany([rowKey])
    if (value === undefined) return undefined
    const letter = unwrapRow(rowKey, value)
    if (letter === undefined) this.damagedRows++
    return letter
  }

  async #remove(kind: number, letterKind: number, keys: readonly Uint8Array[]): Promise<void> {
    if (keys.length === 0) return
    await this.#write(
      keys.flatMap((key): Write[] => [
        { type: 'del', key: keyOf(kind, key) },
        { type: 'del', key: keyOf(letterKind, key) },
      ]),
    )
  }
}

function keyOf(kind: number, key: Uint8Array): Uint8Array {
  const row = new Uint8Array(1 + key.length)
  row[0] = kind
  row.set(key, 1)
  return row
}
