import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { StackError } from './errors.ts'
import { hasCode, reason } from './level.ts'
import type { SecretStore } from '@stoa/mailbox'
import type { FileHandle } from 'node:fs/promises'

/** The mail keys that are made at one time take 1,317 bytes, and with the usual times a device has five such files. */
const MAX_SECRET_BYTES = 16_384
const MAX_SECRETS = 4_096
const NAME = /^[a-z0-9-]{1,64}$/
const TEMPORARY = '.tmp'

/**
 * Secrets in files of a directory that only its owner can read. What is erased, or replaced, is first overwritten with zeros. On a file system
 * that writes elsewhere what is overwritten, and on flash memory that does so itself, the old bytes can outlive that: encrypt the disk.
 * @throws {StackError} `data-unreadable`
 */
export async function fileSecrets(directory: string): Promise<SecretStore> {
  const secrets = new FileSecrets(directory)
  await secrets.open()
  return secrets
}

class FileSecrets implements SecretStore {
  readonly #directory: string
  /** One change at a time. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(directory: string) {
    this.#directory = directory
  }

  async open(): Promise<void> {
    await this.#guarded('opened', async () => {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 })
      assertPrivate((await stat(this.#directory)).mode, 'chmod 700')
      // a crash left it behind: it may hold a key, and nobody has been told of it
      for (const name of await readdir(this.#directory)) if (name.endsWith(TEMPORARY)) await this.#erase(name)
    })
  }

  async names(): Promise<string[]> {
    return this.#guarded('listed', async () => (await readdir(this.#directory)).filter(name => NAME.test(name)))
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    return this.#guarded(`${checked(name)} read`, async () => {
      await using file = await this.#open(name, 'r')
      if (file === undefined) return undefined
      const { mode, size } = await file.stat()
      assertPrivate(mode, 'chmod 600')
      if (size > MAX_SECRET_BYTES) throw new Error(`it is ${size} bytes, the limit is ${MAX_SECRET_BYTES}`)
      const buffer = await file.readFile()
      const secret = Uint8Array.from(buffer)
      buffer.fill(0)
      return secret
    })
  }

  async put(name: string, secret: Uint8Array): Promise<void> {
    await this.#changed(`${checked(name)} written`, async () => {
      if (secret.length > MAX_SECRET_BYTES) {
        throw new Error(`it is ${secret.length} bytes, the limit is ${MAX_SECRET_BYTES}`)
      }
      await using before = await this.#open(name, 'r+')
      const count = before === undefined ? (await this.names()).length : 0
      if (count >= MAX_SECRETS) throw new Error(`there are ${count} secrets, which is the limit`)
      const temporary = `${name}${TEMPORARY}`
      try {
        await this.#write(temporary, secret)
        await rename(join(this.#directory, temporary), join(this.#directory, name))
      } catch (error) {
        await this.#erase(temporary).catch(() => {})
        throw error
      }
      await this.#sync()
      // its name is the new one's already
      if (before !== undefined) await overwrite(before)
    })
  }

  async erase(name: string): Promise<void> {
    await this.#changed(`${checked(name)} erased`, () => this.#erase(name))
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await using file = await open(join(this.#directory, name), 'wx', 0o600)
    await file.writeFile(bytes)
    await file.sync()
  }

  async #erase(name: string): Promise<void> {
    {
      await using file = await this.#open(name, 'r+')
      if (file === undefined) return
      await overwrite(file)
    }
    await unlink(join(this.#directory, name))
    await this.#sync()
  }

  async #open(name: string, flags: 'r' | 'r+'): Promise<FileHandle | undefined> {
    try {
      return await open(join(this.#directory, name), flags)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined
      throw error
    }
  }

  /** Names in the directory are durable. Windows has no way to ask for it. */
  async #sync(): Promise<void> {
    if (process.platform === 'win32') return
    await using directory = await open(this.#directory, 'r')
    await directory.sync()
  }

  #changed(what: string, change: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(() => this.#guarded(what, change))
    this.#last = mine.catch(() => {})
    return mine
  }

  async #guarded<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (cause) {
      if (cause instanceof StackError) throw cause
      throw new StackError('data-unreadable', `mail keys in ${this.#directory} cannot be ${what}: ${reason(cause)}`, {
        cause,
      })
    }
  }
}

async function overwrite(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  const zeros = new Uint8Array(Math.min(size, MAX_SECRET_BYTES))
  for (let at = 0; at < size; at += zeros.length) await file.write(zeros, 0, Math.min(zeros.length, size - at), at)
  await file.sync()
}

function checked(name: string): string {
  if (!NAME.test(name)) throw new TypeError(`secret ${JSON.stringify(name)} is not ${NAME.source}`)
  return name
}

function assertPrivate(mode: number, remedy: string): void {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  throw new Error(`others can read it (mode ${(mode & 0o777).toString(8)}): ${remedy} it`)
}
