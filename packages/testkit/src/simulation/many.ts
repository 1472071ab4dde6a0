import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { SimulationInit, SimulationReport } from './simulation.ts'

export interface SimulationFailure {
  readonly init: SimulationInit
  readonly message: string
}

export interface SimulateManyInit {
  /** Threads. As many as there are cores by default. */
  readonly workers?: number
  readonly onDone?: (done: number, failed: number) => void
}

export interface SimulateManyResult {
  /** In the order of the runs. */
  readonly reports: readonly SimulationReport[]
  readonly failures: readonly SimulationFailure[]
}

/** What a worker answers to a run. */
export type WorkerAnswer = { readonly report: SimulationReport } | { readonly message: string }

/** Runs all of them, on several threads. A run that fails does not end the others. */
export async function simulateMany(
  runs: readonly SimulationInit[],
  { workers = availableParallelism(), onDone }: SimulateManyInit = {},
): Promise<SimulateManyResult> {
  const reports: Array<SimulationReport | undefined> = []
  const failures: SimulationFailure[] = []
  let next = 0
  let done = 0

  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    try {
      for (let index = next++; index < runs.length; index = next++) {
        const init = runs[index]!
        const answer = await ask(worker, init)
        if ('report' in answer) reports[index] = answer.report
        else failures.push({ init, message: answer.message })
        onDone?.(++done, failures.length)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, runs.length) }, work))
  return { reports: reports.filter(report => report !== undefined), failures }
}

function ask(worker: Worker, init: SimulationInit): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => {
      worker.off('message', onMessage)
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    const onMessage = (answer: WorkerAnswer): void => {
      worker.off('error', onError)
      resolve(answer)
    }
    worker.once('error', onError)
    worker.once('message', onMessage)
    worker.postMessage(init)
  })
}
