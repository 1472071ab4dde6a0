// A thread of `simulateMany`: takes a run, answers with its report or with what went wrong.
import { parentPort } from 'node:worker_threads'
import { simulate } from './simulation.ts'
import type { WorkerAnswer } from './many.ts'
import type { SimulationInit } from './simulation.ts'

parentPort?.on('message', (init: SimulationInit) => {
  parentPort?.postMessage(answerTo(init))
})

function answerTo(init: SimulationInit): WorkerAnswer {
  try {
    return { report: simulate(init) }
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) }
  }
}
