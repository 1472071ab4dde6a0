import { RecordError } from './errors.ts'
import { MAX_SPACE_BYTES } from './limits.ts'

// spec/records.md §2: space = segment *("/" segment), segment = alnum *(alnum / "." / "_" / "-")

export interface Space {
  space: string
  family: string
}

const SLASH = 0x2f
/** 0: nowhere, 1: anywhere but at the start of a segment, 2: anywhere. */
const ALLOWED = new Uint8Array(256)
for (const char of '._-') ALLOWED[char.charCodeAt(0)] = 1
for (const char of 'abcdefghijklmnopqrstuvwxyz0123456789') ALLOWED[char.charCodeAt(0)] = 2

/** Most records of a node are of a few spaces, which then share one string. A slot is a guess, compared byte by byte. */
const SLOTS = 256
const seen: Array<Space | undefined> = Array.from({ length: SLOTS }, () => undefined)

/** @throws {RecordError} `bad-space` */
export function readSpace(bytes: Uint8Array, start: number, end: number): Space {
  const length = end - start
  if (length < 1 || length > MAX_SPACE_BYTES) throw badLength(length)
  let hash = length
  let least = 2
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte === SLASH && least === 1) least = 2
    else if (ALLOWED[byte]! >= least) least = 1
    else throw badCharacter(bytes, start, end)
    hash = (Math.imul(hash, 31) + byte) | 0
  }
  if (least === 2) throw badCharacter(bytes, start, end)
  const slot = hash & (SLOTS - 1)
  const last = seen[slot]
  if (last !== undefined && matches(last.space, bytes, start, length)) return last
  const space = String.fromCharCode(...bytes.subarray(start, end))
  const slash = space.indexOf('/')
  return (seen[slot] = { space, family: slash < 0 ? space : space.slice(0, slash) })
}

function matches(space: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (space.length !== length) return false
  for (let at = 0; at < length; at++) if (space.charCodeAt(at) !== bytes[start + at]) return false
  return true
}

function badLength(length: number): RecordError {
  return new RecordError('bad-space', `space is ${length} bytes, it takes 1 to ${MAX_SPACE_BYTES}`)
}

function badCharacter(bytes: Uint8Array, start: number, end: number): RecordError {
  const space = new TextDecoder().decode(bytes.subarray(start, end))
  const rule = 'segments of a-z, 0-9, ".", "_" and "-" that begin with a letter or digit, with single slashes between'
  return new RecordError('bad-space', `space is ${JSON.stringify(space)}, it takes ${rule}`)
}
