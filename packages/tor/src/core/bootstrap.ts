import { parseArguments } from './arguments.ts'

/** How far Tor has come into its network. */
export interface BootstrapProgress {
  /** 0 to 100. At 100 there are circuits. */
  percent: number
  /** What it is at, in Tor's words: `Loading relay descriptors`. */
  summary: string
  /** Why it does not come on, in Tor's words. */
  warning?: string
}

/** `NOTICE BOOTSTRAP PROGRESS=45 TAG=… SUMMARY="…"`: of GETINFO status/bootstrap-phase, and of STATUS_CLIENT events. */
export function parseBootstrap(text: string): BootstrapProgress | undefined {
  const { words, named } = parseArguments(text)
  if (words[1] !== 'BOOTSTRAP') return undefined
  const percent = Number(named.get('PROGRESS'))
  if (!Number.isInteger(percent) || percent < 0 || percent > 100) return undefined
  const summary = named.get('SUMMARY') ?? named.get('TAG') ?? ''
  const warning = words[0] === 'WARN' || words[0] === 'ERR' ? named.get('WARNING') : undefined
  return { percent, summary, warning }
}
