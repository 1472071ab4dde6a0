import { Worker } from 'node:worker_threads'
import type { Miner } from '../platform-types.ts'

/** Sources run as they are; what is published is JavaScript. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './mine-worker.node.ts' : './mine-worker.node.js',
  import.meta.url,
)

/** One thread, made when it is first needed: 2.1M hashes a second. A thread that is told to stop is ended. */
export function createMiner(): Miner {
  let worker: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()

  const end = async (): Promise<void> => {
    const ended = worker
    worker = undefined
    await ended?.terminate()
  }

  async function mine(preimage: Uint8Array, bits: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    signal?.throwIfAborted()
    const thread = (worker ??= new Worker(WORKER))
    const found = Promise.withResolvers<Uint8Array>()
    const onExit = (): void => found.reject(new Error('the thread that looks for stamps has ended'))
    const onAbort = (): void => {
      found.reject(signal?.reason as Error)
      void end()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    thread.once('message', found.resolve)
    thread.once('error', found.reject)
    thread.once('exit', onExit)
    thread.ref()
    try {
      thread.postMessage({ preimage, bits })
      return await found.promise
    } finally {
      signal?.removeEventListener('abort', onAbort)
      thread.off('message', found.resolve)
      thread.off('error', found.reject)
      thread.off('exit', onExit)
      // it does not keep a process alive that has nothing else to do
      thread.unref()
    }
  }

  return {
    mine: (preimage, bits, signal) => {
      const found = last.then(() => mine(preimage, bits, signal))
      last = found.catch(() => {})
      return found
    },
    close: end,
  }
}
