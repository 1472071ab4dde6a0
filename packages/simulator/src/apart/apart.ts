import { fork } from 'node:child_process'
import { totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { SimulatorError } from '../errors.ts'
import { resolveSettings } from '../settings.ts'
import type { ChildProcess } from 'node:child_process'
import type { NetworkResult } from '../result.ts'
import type { NetworkSettings } from '../settings.ts'
import type { SimulateOptions } from '../progress.ts'
import type { WorkerMessage } from './message.ts'

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))
/** Of a heap, in MB: a node takes 2 to 3, and V8 is slow where there is little to spare. */
const HEAP_MB = 1_024
const HEAP_MB_PER_NODE = 5
/** Of the machine's memory: typed arrays and the rest of the process are not in the heap. */
const HEAP_SHARE = 0.75
/** What is kept of what the process says on stderr, in characters: V8's last words are long. */
const MAX_LAST_WORDS = 2_000

/**
 * As `simulateNetwork`, in a process of its own: with a heap that is large enough, nothing left of an earlier run, and the clocks of this
 * process as they are. Aborting kills it at once: it holds nothing that is not of the run.
 * @throws {SimulatorError} `bad-setting`, `aborted`, `died`
 */
export async function simulateApart(
  given: Partial<NetworkSettings>,
  { onProgress, signal }: SimulateOptions = {},
): Promise<NetworkResult> {
  const settings = resolveSettings(given)
  if (signal?.aborted === true) throw aborted(signal)
  const heapMb = heapLimitMb(settings.nodes)
  const child = fork(WORKER, {
    // what is on a link for a second of the machine must not be taken for long-lived: collecting is a quarter of all work with V8's own 16 MB
    execArgv: [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=128'],
    // JSON has no Infinity
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const kill = () => void child.kill('SIGKILL')
  signal?.addEventListener('abort', kill, { once: true })
  try {
    child.send(settings)
    return await outcomeOf(child, heapMb, signal, onProgress)
  } finally {
    signal?.removeEventListener('abort', kill)
    kill()
  }
}

export function heapLimitMb(nodes: number, machineBytes = totalmem()): number {
  return Math.floor(Math.min(HEAP_MB + nodes * HEAP_MB_PER_NODE, (machineBytes * HEAP_SHARE) / 2 ** 20))
}

function outcomeOf(
  child: ChildProcess,
  heapMb: number,
  signal: AbortSignal | undefined,
  onProgress: SimulateOptions['onProgress'],
): Promise<NetworkResult> {
  return new Promise((resolve, reject) => {
    let lastWords = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-MAX_LAST_WORDS)
    })
    child.on('message', (message: WorkerMessage) => {
      if (message.type === 'progress') onProgress?.(message.progress)
      else if (message.type === 'result') resolve(message.result)
      else reject(new SimulatorError(message.code ?? 'died', message.message))
    })
    child.on('error', error => reject(new SimulatorError('died', error.message, { cause: error })))
    child.on('close', (code, killedBy) => {
      if (signal?.aborted === true) reject(aborted(signal))
      else reject(died(killedBy ?? `exit code ${code}`, heapMb, lastWords))
    })
  })
}

function died(how: string, heapMb: number, lastWords: string): SimulatorError {
  const isOutOfMemory = /out of memory|heap limit/i.test(lastWords)
  const why = isOutOfMemory
    ? `a heap of ${heapMb.toLocaleString('en')} MB was not enough: take fewer nodes, or a machine with more memory`
    : lastWords.trim()
  return new SimulatorError('died', `the process of the simulation ended (${how})${why === '' ? '' : `: ${why}`}`)
}

function aborted(signal: AbortSignal): SimulatorError {
  return new SimulatorError('aborted', 'aborted by the caller’s signal', { cause: signal.reason })
}
