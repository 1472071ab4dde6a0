import { platform } from '#platform'
import { checkName } from './rules.ts'
import { readSpace } from './space.ts'
import { varintBytes, writeVarint } from './varint.ts'

// spec/records.md §6: key = SHA-256 over domain, owner, space, name, each led by its length.

const encoder = new TextEncoder()
const OWNER_BYTES = 32
const DOMAIN = encoder.encode('stoa-record-key')
const HEAD = Uint8Array.of(DOMAIN.length, ...DOMAIN, OWNER_BYTES)

/**
 * What all versions of one record share.
 * @param owner the owner's 32-byte public key
 * @throws {RecordError} `bad-space` or `bad-name`
 */
export function recordKey(owner: Uint8Array, space: string, name: Uint8Array | string): Uint8Array {
  if (owner.byteLength !== OWNER_BYTES) throw new TypeError(`owner is ${owner.byteLength} bytes, it takes 32`)
  const spaceBytes = encoder.encode(space)
  const nameBytes = typeof name === 'string' ? encoder.encode(name) : name
  readSpace(spaceBytes, 0, spaceBytes.length)
  checkName(nameBytes.length)
  return hashKey(owner, spaceBytes, nameBytes)
}

/** Of parts that are known to be well formed. */
export function hashKey(owner: Uint8Array, space: Uint8Array, name: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEAD.length + OWNER_BYTES + varintBytes(space.length) + space.length + 1 + name.length)
  bytes.set(HEAD)
  bytes.set(owner, HEAD.length)
  let at = writeVarint(bytes, HEAD.length + OWNER_BYTES, space.length)
  bytes.set(space, at)
  at = writeVarint(bytes, at + space.length, name.length)
  bytes.set(name, at)
  return platform.sha256(bytes)
}
