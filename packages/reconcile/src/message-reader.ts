import { compareKeys, ID_BYTES, ID_WORD, writeId } from './core/key.ts'
import { FINGERPRINT_BYTES } from './digest.ts'
import { ReconcileError } from './errors.ts'
import { isInfinite } from './item.ts'
import { copyBound, newBound, PROTOCOL_VERSION } from './message.ts'
import type { WireBound } from './message.ts'
import type { ResolvedOptions } from './options.ts'

/** spec/reconcile.md §2: the bytes that are versions of this protocol. */
const FIRST_VERSION = 0x60
const LAST_VERSION = 0x6f

/** Reads a peer's message range by range, strictly: what an honest sender never sends is an error. */
export class MessageReader {
  readonly message: Uint8Array
  readonly #limits: ResolvedOptions
  #at = 0
  #ranges = 0
  #ids = 0
  /** The last varint, as two words. */
  #high = 0
  #low = 0
  readonly #previous = newBound()

  constructor(message: Uint8Array, limits: ResolvedOptions) {
    if (message.length > limits.maxMessageBytes)
      throw new ReconcileError(
        'too-large',
        `message is ${message.length} bytes, maxMessageBytes is ${limits.maxMessageBytes}`,
      )
    this.message = message
    this.#limits = limits
  }

  get isAtEnd(): boolean {
    return this.#at === this.message.length
  }

  /** @returns whether it is ours; if not, it is another version of this protocol */
  readVersion(): boolean {
    const version = this.#take(1, 'the version')
    const byte = this.message[version]!
    if (byte < FIRST_VERSION || byte > LAST_VERSION)
      throw new ReconcileError('malformed', `version byte is 0x${byte.toString(16)}, which is no version of Negentropy`)
    return byte === PROTOCOL_VERSION
  }

  readBound(into: WireBound): void {
    if (++this.#ranges > this.#limits.maxRanges)
      throw new ReconcileError('limit', `message has more than ${this.#limits.maxRanges} ranges (maxRanges)`)
    this.#readTimestamp(into.key)
    this.#readVarint()
    if (this.#high !== 0 || this.#low > ID_BYTES) throw this.#malformed(`an id prefix of more than ${ID_BYTES} bytes`)
    into.idLength = this.#low
    const start = this.#take(this.#low, 'an id prefix')
    writeId(into.key, ID_WORD, this.message, start, this.#at)
    if (compareKeys(into.key, 0, this.#previous.key, 0) < 0) throw this.#malformed('a bound below the one before it')
    copyBound(into, this.#previous)
  }

  readMode(): number {
    this.#readVarint()
    return this.#high === 0 ? this.#low : Infinity
  }

  /** @returns where it begins */
  readFingerprint(): number {
    return this.#take(FINGERPRINT_BYTES, 'a fingerprint')
  }

  /** @returns where the ids begin; they end at `readIdsEnd` */
  readIds(): { start: number; count: number } {
    this.#readVarint()
    const count = this.#high === 0 ? this.#low : Infinity
    if (count > (this.message.length - this.#at) / ID_BYTES) throw this.#malformed('a list cut short')
    this.#ids += count
    if (this.#ids > this.#limits.maxIds)
      throw new ReconcileError('limit', `message has more than ${this.#limits.maxIds} ids (maxIds)`)
    return { start: this.#take(count * ID_BYTES, 'ids'), count }
  }

  unknownMode(mode: number): ReconcileError {
    return this.#malformed(`mode ${mode}`)
  }

  /** The end is 0, all others are 1 more than the difference to the one before. */
  #readTimestamp(into: Uint32Array): void {
    this.#readVarint()
    if (this.#high === 0 && this.#low === 0) {
      into[0] = into[1] = 0xffff_ffff
      return
    }
    const last = this.#previous.key
    const low = this.#low - 1 + last[1]!
    const carry = low < 0 ? -1 : low > 0xffff_ffff ? 1 : 0
    const high = this.#high + last[0]! + carry
    into[0] = high
    into[1] = low
    if (high > 0xffff_ffff || isInfinite(into, 0)) throw this.#malformed('a timestamp above 2^64 - 2')
  }

  #readVarint(): void {
    const { message } = this
    let high = 0
    let low = 0
    let byte = 0x80
    const start = this.#at
    while (byte >= 0x80) {
      if (this.#at === message.length) throw this.#malformed('a varint cut short')
      byte = message[this.#at++]!
      if (byte === 0x80 && low === 0 && high === 0)
        throw this.#malformed('a varint that begins with a zero digit', start)
      if (high > 0x1ff_ffff) throw this.#malformed('a varint above 2^64 - 1', start)
      high = ((high << 7) | (low >>> 25)) >>> 0
      low = ((low << 7) | (byte & 0x7f)) >>> 0
    }
    this.#high = high
    this.#low = low
  }

  #take(length: number, what: string): number {
    const start = this.#at
    if (length > this.message.length - start) throw this.#malformed(`${what} cut short`)
    this.#at += length
    return start
  }

  #malformed(what: string, at = this.#at): ReconcileError {
    return new ReconcileError('malformed', `${what}, at byte ${at} of ${this.message.length}`)
  }
}
