import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { LevelDatastore } from 'datastore-level'
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { Level } from 'level'
import { StackError } from './errors.ts'
import { checkExposure, exists } from './exposure.node.ts'
import { hasCode, openLevel, reason } from './level.ts'
import { fileSecrets } from './mail-keys.node.ts'
import { keepPorts, withLastPorts } from './ports.node.ts'
import type { Mode } from './tor/mode.ts'
import type { OpenData } from './platform-types.ts'
import type { PrivateKey } from '@libp2p/interface'

/** The identity: a libp2p private key as protobuf (libp2p peer-ids spec), readable by its owner alone. */
export const IDENTITY_FILE = 'identity.key'
const MAX_IDENTITY_BYTES = 16_384
const STORE_DIRECTORY = 'store'
const REPLICAS_DIRECTORY = 'replicas'
const MAIL_KEYS_DIRECTORY = 'mail-keys'
const PORTS_FILE = 'ports.json'

/**
 * Opens or makes a data directory. The store comes first: its lock is what keeps a second node out, before anything is changed.
 * @throws {StackError} `data-in-use`, `data-unreadable` or `wrong-world`
 */
export async function openData(directory: string, given: PrivateKey | undefined, mode: Mode): Promise<OpenData> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch(cause => {
    throw new StackError('data-unreadable', `data directory ${directory} cannot be made: ${reason(cause)}`, { cause })
  })
  const store = join(directory, STORE_DIRECTORY)
  const isNew = !(await exists(store)) && !(await exists(join(directory, IDENTITY_FILE)))
  // opened here and not by the datastore, whose error no longer says that the store is locked
  const level = await openLevel(
    new Level<string, Uint8Array>(store, { keyEncoding: 'utf8', valueEncoding: 'view' }),
    store,
  )
  const opened = new AsyncDisposableStack()
  opened.defer(() => level.close())
  try {
    await checkExposure(directory, mode, isNew)
    const own = given === undefined ? await identity(join(directory, IDENTITY_FILE)) : undefined
    const replicas = join(directory, REPLICAS_DIRECTORY)
    const held = await openLevel(new ClassicLevel(replicas), replicas)
    opened.defer(() => held.close())
    return {
      privateKey: given ?? own!.key,
      isNewIdentity: own?.isNew ?? false,
      datastore: new LevelDatastore(level),
      replicas: held,
      secrets: await fileSecrets(join(directory, MAIL_KEYS_DIRECTORY)),
      withLastPorts: listen => withLastPorts(join(directory, PORTS_FILE), listen),
      keepPorts: (listen, actual) => keepPorts(join(directory, PORTS_FILE), listen, actual),
      close: () => opened.disposeAsync(),
    }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

async function identity(path: string): Promise<{ key: PrivateKey; isNew: boolean }> {
  const found = await readIdentity(path)
  if (found !== undefined) return { key: found, isNew: false }
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
  return { key, isNew: true }
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
