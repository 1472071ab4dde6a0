import { hash } from 'node:crypto'
import { EntryError } from '../src/index.ts'
import type { Entry, Rules } from '../src/index.ts'

/** An entry with a text in it, whose proof is a cheap keyed hash: nothing of a replica depends on what proves an entry. */
export interface Toy extends Entry {
  readonly text: string
}

export interface ToyFields {
  owner: string
  name: string
  text: string
  seq: number
  isFinal: boolean
  createdMs: number
  expiresMs: number
  holdsMs: number
}

const SECRET = 'proves a toy'

export function toy(fields: Partial<ToyFields> & { createdMs: number }): Uint8Array {
  const { createdMs } = fields
  const expiresMs = fields.expiresMs ?? createdMs + 3_600_000
  const body = JSON.stringify({
    owner: 'alice',
    name: 'bicycle',
    text: '',
    seq: createdMs,
    isFinal: false,
    holdsMs: expiresMs,
    ...fields,
    expiresMs,
  } satisfies ToyFields)
  return new TextEncoder().encode(`${proofOf(body)}${body}`)
}

/** The same with a proof that does not hold. */
export function forged(fields: Partial<ToyFields> & { createdMs: number }): Uint8Array {
  const bytes = toy(fields)
  bytes[0] = bytes[0] === 0x30 ? 0x31 : 0x30
  return bytes
}

export function keyOf(owner: string, name: string): Uint8Array {
  return sha256(JSON.stringify([owner, name]))
}

export function toyRules(overrides: Partial<Rules<Toy>> = {}): Rules<Toy> {
  return {
    maxEntryBytes: 16_384,
    maxPerGroup: 100_000,
    maxTtlMs: 30 * 86_400_000,
    parse: parseToy,
    verify: async entries => entries.map(isProven),
    ...overrides,
  }
}

const PROOF_LENGTH = 64

function parseToy(input: Uint8Array): Toy {
  const bytes = Uint8Array.from(input)
  let fields: ToyFields
  try {
    fields = JSON.parse(new TextDecoder().decode(bytes).slice(PROOF_LENGTH)) as ToyFields
  } catch (cause) {
    throw new EntryError('not a toy', { cause })
  }
  const { owner, name, text, seq, isFinal, createdMs, expiresMs, holdsMs } = fields
  if (typeof owner !== 'string' || typeof text !== 'string') throw new EntryError('a toy of nobody')
  return {
    bytes,
    id: sha256(bytes),
    key: keyOf(owner, name),
    group: owner,
    seq,
    isFinal,
    createdMs,
    expiresMs,
    holdsMs,
    mark: isFinal ? 1 : 0,
    text,
  }
}

function isProven({ bytes }: Toy): boolean {
  const text = new TextDecoder().decode(bytes)
  return text.slice(0, PROOF_LENGTH) === proofOf(text.slice(PROOF_LENGTH))
}

function proofOf(body: string): string {
  return hash('sha256', SECRET + body)
}

function sha256(data: string | Uint8Array): Uint8Array {
  return Uint8Array.from(hash('sha256', data, 'buffer'))
}
