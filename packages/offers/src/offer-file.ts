import { FrameDecoder, protobuf } from '@stoa/codec'
import { OffersError } from './errors.ts'
import { OffersFileEntry, OffersFileHeader } from './gen/offers.js'
import type { FrameError } from '@stoa/codec'

// spec/offers.md §7: magic ‖ version ‖ frame(header) ‖ frame(entry)* ‖ frame()

const MAGIC = new TextEncoder().encode('stoa-offers')
const VERSION = 1
const HEAD_BYTES = MAGIC.length + 1
/** No entry of any network is longer than a gossip message, 64 KiB. */
export const MAX_FILE_FRAME_BYTES = 65_536
const END = Uint8Array.of(0)

const headerCodec = protobuf<OffersFileHeader>(OffersFileHeader, { maxBytes: 1_024, maxVarints: 32 })
const entryCodec = protobuf<OffersFileEntry>(OffersFileEntry, { maxBytes: MAX_FILE_FRAME_BYTES, maxVarints: 64 })

export type FileEntry = OffersFileEntry
export type FileHeader = OffersFileHeader

export function fileHead(header: FileHeader): Uint8Array {
  return concat([MAGIC, Uint8Array.of(VERSION), ...frame(headerCodec.encode(header))])
}

export function fileFrames(entries: readonly FileEntry[]): Uint8Array {
  return concat(entries.flatMap(entry => frame(entryCodec.encode(entry))))
}

export function fileEnd(): Uint8Array {
  return END
}

/** What a reader finds, with where in the file it begins. */
export type FilePart =
  | { readonly type: 'header'; readonly header: FileHeader }
  | { readonly type: 'entry'; readonly byte: number; readonly entry: FileEntry }
  | { readonly type: 'bad'; readonly byte: number; readonly reason: string }
  | { readonly type: 'end' }

/** Reads a file piece by piece. What comes after a frame whose length makes no sense can not be read: it is one `bad` part and the end of the file. */
export class OfferFileReader {
  readonly #decoder = new FrameDecoder(MAX_FILE_FRAME_BYTES)
  #head: Uint8Array = new Uint8Array(0)
  #hasHead = false
  #hasHeader = false
  #at = HEAD_BYTES
  #isEnded = false
  #isOver = false

  /** The file was read to its end frame. */
  get isComplete(): boolean {
    return this.#isOver && this.#isEnded
  }

  /** @throws {OffersError} `bad-file` when it is no such file */
  *read(chunk: Uint8Array): Generator<FilePart> {
    if (this.#isOver) return
    if (!this.#hasHead) {
      this.#head = concat([this.#head, chunk])
      if (this.#head.byteLength < HEAD_BYTES) return
      checkHead(this.#head)
      this.#hasHead = true
      this.#decoder.append(this.#head.subarray(HEAD_BYTES))
      this.#head = this.#head.subarray(0, 0)
    } else {
      this.#decoder.append(chunk)
    }
    while (!this.#isOver) {
      const part = this.#next()
      if (part === undefined) return
      yield part
    }
  }

  /** @throws {OffersError} `bad-file` when it ended before it began */
  end(): void {
    if (!this.#hasHeader) throw new OffersError('bad-file', 'the file ends before its header does')
  }

  #next(): FilePart | undefined {
    const byte = this.#at
    let body: Uint8Array | undefined
    try {
      body = this.#decoder.next()
    } catch (error) {
      if (!this.#hasHeader) throw new OffersError('bad-file', 'the file has no header', { cause: error })
      this.#isOver = true
      return { type: 'bad', byte, reason: (error as FrameError).message }
    }
    if (body === undefined) return undefined
    this.#at += body.byteLength + prefixBytes(body.byteLength)
    if (!this.#hasHeader) {
      this.#hasHeader = true
      return { type: 'header', header: decodeHeader(body) }
    }
    if (body.byteLength === 0) {
      this.#isOver = true
      this.#isEnded = true
      return { type: 'end' }
    }
    try {
      return { type: 'entry', byte, entry: entryCodec.decode(body) }
    } catch (error) {
      return { type: 'bad', byte, reason: (error as Error).message }
    }
  }
}

function checkHead(head: Uint8Array): void {
  if (!MAGIC.every((byte, index) => head[index] === byte)) {
    throw new OffersError('bad-file', 'not a file of offers: it does not begin with "stoa-offers"')
  }
  const version = head[MAGIC.length]!
  if (version !== VERSION)
    throw new OffersError('bad-file', `a file of version ${version}, this node reads version ${VERSION}`)
}

function decodeHeader(body: Uint8Array): FileHeader {
  try {
    return headerCodec.decode(body)
  } catch (error) {
    throw new OffersError('bad-file', `the header cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

function frame(body: Uint8Array): Uint8Array[] {
  const prefix: number[] = []
  let length = body.byteLength
  for (; length >= 128; length = Math.floor(length / 128)) prefix.push((length % 128) | 0x80)
  prefix.push(length)
  return [Uint8Array.from(prefix), body]
}

function prefixBytes(length: number): number {
  return length < 128 ? 1 : length < 16_384 ? 2 : 3
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.byteLength
  }
  return bytes
}
