import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { chmod, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TorError } from '../errors.ts'
import { onionAddress } from './address.ts'
import type { KeyObject } from 'node:crypto'

/** The key of an onion service. Whoever has it is that address. */
export interface OnionKey {
  /** The 56 characters before `.onion`. */
  readonly address: string
  /** As ADD_ONION takes it. */
  readonly secret: string
}

/**
 * The key in a file of our own, made when there is none: PKCS #8 in PEM, readable by its owner only. So the address is
 * known before Tor runs, and a Tor that loses its data loses no address.
 * @throws {TorError} `bad-key`
 */
export async function openOnionKey(path: string): Promise<OnionKey> {
  const pem = (await read(path)) ?? (await make(path))
  const key = parse(path, pem)
  return { address: onionAddress(bytesOf(createPublicKey(key), 'x')), secret: expanded(bytesOf(key, 'd')) }
}

async function read(path: string): Promise<string | undefined> {
  try {
    const pem = await readFile(path, 'utf8')
    await chmod(path, 0o600)
    return pem
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new TorError('bad-key', `the onion key ${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** Never overwrites: a key is an address. */
async function make(path: string): Promise<string> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  try {
    await using file = await open(path, 'wx', 0o600)
    await file.writeFile(pem)
    await file.sync()
    await using directory = await open(dirname(path), 'r')
    await directory.sync()
    return pem
  } catch (cause) {
    throw new TorError('bad-key', `the onion key ${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}

function parse(path: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // says nothing that helps
  }
  throw new TorError('bad-key', `${path} is no Ed25519 key in PEM; move it away, and a new onion address is made`)
}

function bytesOf(key: KeyObject, member: 'd' | 'x'): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' })[member] ?? '', 'base64url')
}

/** control-spec §3.27: "ED25519-V3" takes the expanded key, RFC 8032 §5.1.5: the clamped scalar and the prefix. */
function expanded(seed: Uint8Array): string {
  const hash = createHash('sha512').update(seed).digest()
  hash[0] = (hash[0] ?? 0) & 0xf8
  hash[31] = ((hash[31] ?? 0) & 0x7f) | 0x40
  return `ED25519-V3:${hash.toString('base64')}`
}
