import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** After the first connections, in ms. */
const SETTLED_MS = 3_000

/**
 * Loading a node's code grows V8's heap to 70 MB, of which 30 MB stay in use, and V8 gives nothing back while a node idles: 173 MB
 * resident against 131 MB after one full collection of about 100 ms (Node 26.10, measured). Smaller heap flags would do the same,
 * but make the compile cache useless and so the start three times as slow.
 */
export function giveBackMemoryOnce(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as (options: { type: string; flavor: string }) => void
    collect({ type: 'major', flavor: 'last-resort' })
  }, SETTLED_MS).unref()
}
