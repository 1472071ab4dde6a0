import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Seen } from './full-disk-child.ts'

// A file system of 24 MiB in memory, in a mount namespace that only the child sees.
const CHILD = join(import.meta.dirname, 'full-disk-child.ts')
const MOUNT = 'mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"'
const directory = mkdtempSync(join(tmpdir(), 'stoa-disk-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const namespaces = ['-rm', '-m'].find(
  flags => spawnSync('unshare', [flags, 'sh', '-c', MOUNT, directory, 'true'], { stdio: 'ignore' }).status === 0,
)
const skipReason = namespaces === undefined ? 'mount namespaces need root, or user namespaces' : undefined
if (skipReason !== undefined && process.env.CI === 'true') {
  throw new Error(`a full disk cannot be tested here: ${skipReason}`)
}

test.skipIf(skipReason !== undefined)(
  `a full disk makes a replica read-only with a clear error, and it is back to normal when there is room${skipReason === undefined ? '' : ` (${skipReason})`}`,
  () => {
    const output = execFileSync(
      'unshare',
      [namespaces!, 'sh', '-c', MOUNT, directory, process.execPath, CHILD, directory],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const seen = JSON.parse(output) as Seen
    expect(seen).toMatchObject({ errorCode: 'read-only', isRetryable: true, afterwards: 200, damaged: 0 })
    expect(seen.readOnlyReason).toMatch(/No space left on device/)
    expect(seen.errorMessage).toMatch(/the store takes no writes/)
    const before = seen.acknowledged - seen.afterwards
    expect(before).toBeGreaterThan(500)
    expect(seen).toMatchObject({ servedWhileFull: before, unacknowledgedWhileFull: 0 })
    expect(seen).toMatchObject({ servedAtLast: seen.acknowledged, servedAfterRestart: seen.acknowledged })
  },
)
