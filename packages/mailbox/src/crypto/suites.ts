import { platform } from '#crypto'
import { MLKEM768_X25519, X25519 } from './suite.ts'
import type { HpkeSuite, SuiteId } from './suite.ts'

export function isSuite(id: number): id is SuiteId {
  return id === MLKEM768_X25519 || id === X25519
}

/** The fastest implementation that this platform has. */
export function suiteOf(id: SuiteId): HpkeSuite {
  return platform.suites[id]
}
