import { spawnSync } from 'node:child_process'

/** Both are of Debian's package `tor`. */
const PROGRAMS = ['tor', 'tor-gencert'] as const

/** Why there can be no Tor network on this machine; undefined when there can. */
export function torMissing(): string | undefined {
  const missing = PROGRAMS.filter(program => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined)
  return missing.length === 0 ? undefined : `${missing.join(' and ')} not found: install the package tor`
}
