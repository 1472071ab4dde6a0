import { memoryUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes by which the memory of this process grew, after collecting garbage. Negative when it shrank. */
export interface MemoryGrowth<T> {
  readonly result: T
  readonly rssBytes: number
  readonly heapUsedBytes: number
  /** Outside the heap, ArrayBuffers included: where the bytes of streams are. */
  readonly externalBytes: number
  readonly arrayBuffersBytes: number
  /** The highest resident set seen while it ran, garbage included, over the one before. */
  readonly peakRssBytes: number
}

const SAMPLE_MS = 10

/** What `run` left behind, and how far it went meanwhile. Keep alive in the result what should be counted. */
export async function memoryGrowth<T>(run: () => T | Promise<T>): Promise<MemoryGrowth<T>> {
  const before = await settled()
  let peakRssBytes = before.rss
  const sample = () => {
    peakRssBytes = Math.max(peakRssBytes, memoryUsage.rss())
  }
  const sampling = setInterval(sample, SAMPLE_MS)
  try {
    const result = await run()
    sample()
    const after = await settled()
    return {
      result,
      rssBytes: after.rss - before.rss,
      heapUsedBytes: after.heapUsed - before.heapUsed,
      externalBytes: after.external - before.external,
      arrayBuffersBytes: after.arrayBuffers - before.arrayBuffers,
      peakRssBytes: peakRssBytes - before.rss,
    }
  } finally {
    clearInterval(sampling)
  }
}

async function settled(): Promise<NodeJS.MemoryUsage> {
  const collect = garbageCollector()
  // what finalizers of the first round let go is collected by the second
  for (let round = 0; round < 3; round++) {
    collect()
    await new Promise(resolve => setImmediate(resolve))
  }
  return memoryUsage()
}

/** A new context gets `gc` once the flag is set, so no test runner has to be started in a special way. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
