import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the API of the node that runs on this data directory is. Gone when it stops; stale when it was killed. */
const API_FILE = 'api.json'
/** The secret that the API wants: of one run, readable by its owner alone. */
export const TOKEN_FILE = 'api-token'
const MAX_FILE_BYTES = 4_096

export interface Access {
  url: string
  pid: number
  token: string
}

export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Only for the node that holds the data directory's lock. */
export async function writeAccess(directory: string, { url, pid, token }: Access): Promise<void> {
  // the token first: whoever finds the URL finds its token
  await replace(join(directory, TOKEN_FILE), `${token}\n`)
  await replace(join(directory, API_FILE), `${JSON.stringify({ url, pid })}\n`)
}

export async function removeAccess(directory: string): Promise<void> {
  await rm(join(directory, API_FILE), { force: true })
  await rm(join(directory, TOKEN_FILE), { force: true })
}

/** Undefined when there is none, or what is there cannot be one. @throws when a file may not be read */
export async function readAccess(directory: string): Promise<Access | undefined> {
  const api = await readSmall(join(directory, API_FILE))
  const token = await readSmall(join(directory, TOKEN_FILE))
  if (api === undefined || token === undefined) return undefined
  try {
    const { url, pid } = JSON.parse(api) as Partial<Access>
    if (typeof url !== 'string' || typeof pid !== 'number' || !isLoopbackUrl(url)) return undefined
    return { url, pid, token: token.trim() }
  } catch {
    return undefined
  }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
async function replace(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  await rm(temporary, { force: true })
  try {
    await using file = await open(temporary, 'wx', 0o600)
    await file.writeFile(content)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await rename(temporary, path)
}

async function readSmall(path: string): Promise<string | undefined> {
  try {
    const content = await readFile(path, 'utf8')
    return content.length > MAX_FILE_BYTES ? undefined : content
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** The token goes nowhere else. */
function isLoopbackUrl(url: string): boolean {
  return /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/.test(url)
}
