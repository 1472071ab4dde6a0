import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { LevelDatastore } from 'datastore-level'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Level } from 'level'
import { StackError } from './errors.ts'
import { keepPorts, withLastPorts } from './ports.node.ts'
import type { OpenData } from './platform-types.ts'
import type { PrivateKey } from '@libp2p/interface'

/** The identity: a libp2p private key as protobuf (libp2p peer-ids spec), readable by its owner alone. */
export const IDENTITY_FILE = 'identity.key'
const MAX_IDENTITY_BYTES = 16_384
const STORE_DIRECTORY = 'store'
const PORTS_FILE = 'ports.json'

/**
 * Opens or makes a data directory. The store comes first: its lock is what keeps a second node out, before anything is changed.
 * @throws {StackError} `data-in-use` or `data-unreadable`
 */
export async function openData(directory: string, given: PrivateKey | undefined): Promise<OpenData> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch(cause => {
    throw new StackError('data-unreadable', `data directory ${directory} cannot be made: ${reason(cause)}`, { cause })
  })
  const datastore = await openStore(join(directory, STORE_DIRECTORY))
  try {
    return {
      privateKey: given ?? (await identity(join(directory, IDENTITY_FILE))),
      datastore,
      withLastPorts: listen => withLastPorts(join(directory, PORTS_FILE), listen),
      keepPorts: (listen, actual) => keepPorts(join(directory, PORTS_FILE), listen, actual),
      close: () => datastore.close(),
    }
  } catch (error) {
    await datastore.close()
    throw error
  }
}

async function openStore(path: string): Promise<LevelDatastore> {
  // opened here and not by the datastore, whose error no longer says that the store is locked
  const level = new Level<string, Uint8Array>(path, { keyEncoding: 'utf8', valueEncoding: 'view' })
  try {
    await level.open()
  } catch (cause) {
    if (hasCode(cause, 'LEVEL_LOCKED')) {
      throw new StackError(
        'data-in-use',
        `${path} is in use by another process: stop it, or give this node another data directory`,
        { cause },
      )
    }
    throw new StackError('data-unreadable', `${path} cannot be opened: ${reason(cause)}`, { cause })
  }
  return new LevelDatastore(level)
}

async function identity(path: string): Promise<PrivateKey> {
  const found = await readIdentity(path)
  if (found !== undefined) return found
  const key = await generateKeyPair('Ed25519')
  // written whole or not at all: a crash must not leave half an identity, and a link never replaces one
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(privateKeyToProtobuf(key))
      await file.sync()
    } finally {
      await file.close()
    }
    await link(temporary, path)
  } catch (cause) {
    throw new StackError('data-unreadable', `identity ${path} cannot be written: ${reason(cause)}`, { cause })
  } finally {
    await rm(temporary, { force: true })
  }
  return key
}

async function readIdentity(path: string): Promise<PrivateKey | undefined> {
  try {
    const { size, mode } = await stat(path)
    if (size > MAX_IDENTITY_BYTES) throw new Error(`it is ${size} bytes, the limit is ${MAX_IDENTITY_BYTES}`)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new Error(`others can read it (mode ${(mode & 0o777).toString(8)}): chmod 600 it`)
    return privateKeyFromProtobuf(await readFile(path))
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined
    throw new StackError('data-unreadable', `identity ${path} cannot be read: ${reason(cause)}`, { cause })
  }
}

/** abstract-level says "Database failed to open" and keeps why in its cause. */
function hasCode(error: unknown, code: string): boolean {
  for (let at = error as { code?: string; cause?: unknown } | undefined; at != null; at = at.cause as typeof at) {
    if (at.code === code) return true
  }
  return false
}

function reason(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
