import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, reason } from './level.ts'
import { StackError } from './errors.ts'
import type { Mode } from './tor/mode.ts'

// An identity that others have met at an IP address is known by it for as long as anybody remembers, and one that lives in Tor loses what
// Tor gave it the first time it is seen outside. So a data directory remembers where its identity has been.

const FILE = 'tor-mode'

/**
 * To be called with the directory's lock held, and before anything listens or dials.
 * @param isNew - the directory has not been used yet
 * @throws {StackError} `wrong-world`
 */
export async function checkExposure(directory: string, mode: Mode, isNew: boolean): Promise<void> {
  const path = join(directory, FILE)
  const before = isNew ? mode : await readMode(path)
  if (before === 'tor' && mode !== 'tor') {
    throw new StackError(
      'wrong-world',
      `${directory} is of a node that lives in Tor alone: ${mode === 'bridge' ? 'as a bridge' : 'without Tor'} all its peers would learn its IP address. ` +
        `Give this node another data directory. If that is what you want, remove ${path}`,
    )
  }
  if (before !== 'tor' && mode === 'tor') {
    throw new StackError(
      'wrong-world',
      `${directory} is of a node that has been outside of Tor: others know the IP address of its identity. Give this node another data directory. ` +
        `If nobody has met it yet, write tor into ${path}`,
    )
  }
  // no file says: outside of Tor
  if (mode === 'clearnet' || (before === mode && !isNew)) return
  await writeFile(`${path}.tmp`, `${mode}\n`, { mode: 0o600 })
  await rename(`${path}.tmp`, path)
}

async function readMode(path: string): Promise<Mode> {
  try {
    const text = (await readFile(path, 'utf8')).trim()
    if (text === 'tor' || text === 'bridge') return text
    throw new Error(`it says ${JSON.stringify(text.slice(0, 20))}, and not tor or bridge`)
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return 'clearnet'
    throw new StackError('data-unreadable', `${path} cannot be read: ${reason(cause)}`, { cause })
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return false
    throw new StackError('data-unreadable', `${path} cannot be read: ${reason(cause)}`, { cause })
  }
}
