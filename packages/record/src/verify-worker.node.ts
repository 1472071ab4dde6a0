import { parentPort } from 'node:worker_threads'
import { verifyBatch } from './verify-batch.node.ts'
import type { Batch } from './verify-batch.node.ts'

parentPort?.on('message', (batch: Batch) => {
  parentPort?.postMessage(verifyBatch(batch))
})
