import type { StackOptions } from '../options.ts'

/** Where a node lives: in the open, in Tor alone, or in both. */
export type Mode = 'clearnet' | 'tor' | 'bridge'

export function modeOf({ tor }: Pick<StackOptions, 'tor'>): Mode {
  if (tor === false) return 'clearnet'
  return tor !== true && tor.bridge === true ? 'bridge' : 'tor'
}
