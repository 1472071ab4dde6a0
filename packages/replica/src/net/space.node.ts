import { open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What LevelDB writes beside its tables when it opens: a manifest, a new log. */
const SLACK_BYTES = 1_048_576
/** The name of a temporary file of LevelDB: should a crash leave it, LevelDB removes it. */
const PROBE = '000000.dbtmp'

/**
 * LevelDB writes what is in its log into a table when it opens, and a database that cannot be opened serves nothing. So as much is written
 * beside it first: that also meets quotas and limits of file sizes, which no question for free space would show.
 */
export async function assertSpace(level: object): Promise<void> {
  if (!('location' in level) || typeof level.location !== 'string') return
  const directory = level.location
  let bytes = SLACK_BYTES
  for (const name of await readdir(directory)) {
    if (name.endsWith('.log')) bytes += (await stat(join(directory, name))).size
  }
  const path = join(directory, PROBE)
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(new Uint8Array(bytes))
    await file.sync()
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}
