import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { packBatch, verdictsOf } from './verify-batch.node.ts'
import type { Platform, Verdict } from './platform-types.ts'

/** Each takes 20 MB and 50 ms to start. Four verify what one main thread can decode, and leave cores to others. */
const MAX_WORKERS = 4
/** So that nobody waits long for a worker, and large bodies move in small pieces. Fewer than 16 cost more than they spread. */
const MAX_BATCH = 64
const MIN_BATCH = 16
const MAX_BATCH_BYTES = 262_144
/** One at work, and one to go on with. */
const BATCHES_PER_WORKER = 2
/** Workers that had nothing to do for so long end, in ms. */
const IDLE_MS = 30_000

const WORKER_FILE = `./verify-worker.node.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`

interface Job {
  prefix: Uint8Array
  envelopes: readonly Uint8Array[]
  /** Envelopes in one piece: a job that is small is spread over all workers. */
  batch: number
  verdicts: Verdict[]
  /** Envelopes from here on have not been handed out. */
  next: number
  unanswered: number
  done: (verdicts: readonly Verdict[]) => void
}

interface Piece {
  job: Job
  start: number
  end: number
}

/**
 * Worker threads that verify batches. One signature at a time through libuv's pool takes 20 µs of the main thread; here it is 1 µs, so
 * that a first sync leaves the event loop to others. Started when first needed, ended when idle; they do not keep the process running.
 */
export class VerifyPool {
  #fallback: Platform['verify']
  #startWorker: () => Worker
  #workers = new Map<Worker, Piece[]>()
  #jobs: Job[] = []
  #idle: NodeJS.Timeout | undefined
  #broken = false

  /** @param fallback verifies what a worker could not, and all once one has failed: a bundle may have left its file out */
  constructor(fallback: Platform['verify'], startWorker: () => Worker = newWorker) {
    this.#fallback = fallback
    this.#startWorker = startWorker
  }

  verify(prefix: Uint8Array, envelopes: readonly Uint8Array[]): Promise<readonly Verdict[]> {
    if (!this.#broken) this.#startAll()
    if (this.#broken) return this.#fallback(prefix, envelopes)
    clearTimeout(this.#idle)
    const batch = Math.min(MAX_BATCH, Math.max(MIN_BATCH, Math.ceil(envelopes.length / this.#workers.size)))
    return new Promise(done => {
      this.#jobs.push({ prefix, envelopes, batch, verdicts: [], next: 0, unanswered: envelopes.length, done })
      for (let each = 1; each <= BATCHES_PER_WORKER; each++) {
        for (const [worker, pieces] of this.#workers) this.#feed(worker, pieces, each)
      }
    })
  }

  #startAll(): void {
    try {
      while (this.#workers.size < Math.min(MAX_WORKERS, availableParallelism())) this.#start()
    } catch {
      // a process that may start none, by --permission
      this.#broken = true
    }
  }

  #start(): void {
    const worker = this.#startWorker()
    const pieces: Piece[] = []
    this.#workers.set(worker, pieces)
    worker.on('message', (answers: Uint8Array) => {
      this.#settle(pieces.shift()!, verdictsOf(answers))
      this.#feed(worker, pieces)
    })
    worker.on('error', () => {})
    worker.once('exit', () => this.#lost(worker, pieces))
  }

  #feed(worker: Worker, pieces: Piece[], upTo = BATCHES_PER_WORKER): void {
    while (pieces.length < upTo && this.#jobs.length > 0) {
      const job = this.#jobs[0]!
      const piece = nextPiece(job)
      if (piece.end === job.envelopes.length) this.#jobs.shift()
      pieces.push(piece)
      const batch = packBatch(job.prefix, job.envelopes.slice(piece.start, piece.end))
      worker.postMessage(batch, [batch.envelopes.buffer])
    }
    if (pieces.length > 0) worker.ref()
    else worker.unref()
    if (this.#jobs.length === 0 && [...this.#workers.values()].every(pieces => pieces.length === 0)) this.#rest()
  }

  #settle({ job, start, end }: Piece, verdicts: readonly Verdict[]): void {
    for (let at = start; at < end; at++) job.verdicts[at] = verdicts[at - start]!
    job.unanswered -= end - start
    if (job.unanswered === 0) job.done(job.verdicts)
  }

  #rest(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      for (const worker of this.#workers.keys()) void worker.terminate()
      this.#workers.clear()
    }, IDLE_MS).unref()
  }

  /** A worker that ended with work: it, and what waits when none is left, goes the slow way. */
  #lost(worker: Worker, pieces: Piece[]): void {
    if (!this.#workers.delete(worker)) return
    this.#broken = true
    for (const piece of pieces.splice(0)) this.#fallBack(piece)
    if (this.#workers.size > 0) return
    for (const job of this.#jobs.splice(0)) this.#fallBack({ job, start: job.next, end: job.envelopes.length })
  }

  #fallBack(piece: Piece): void {
    const { job, start, end } = piece
    void this.#fallback(job.prefix, job.envelopes.slice(start, end)).then(verdicts => this.#settle(piece, verdicts))
  }
}

function nextPiece(job: Job): Piece {
  const start = job.next
  let bytes = 0
  while (job.next < job.envelopes.length && job.next - start < job.batch && bytes < MAX_BATCH_BYTES) {
    bytes += job.envelopes[job.next++]!.length
  }
  return { job, start, end: job.next }
}

function newWorker(): Worker {
  return new Worker(new URL(WORKER_FILE, import.meta.url), { name: 'stoa-verify', execArgv: [] })
}
