import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { ChildProcess } from 'node:child_process'

export interface ChildInit {
  /** It is killed after this long: reached only when something hangs. Default: none */
  limitMs?: number
  /** Of V8's heap: beyond it the process ends with an error, and the machine does not. Default: Node's */
  maxHeapMegabytes?: number
}

/** A process that answers a line with a line of JSON. */
export class Child {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #what: string

  constructor(file: string, args: string[], { limitMs, maxHeapMegabytes }: ChildInit = {}) {
    const flags = maxHeapMegabytes === undefined ? [] : [`--max-old-space-size=${maxHeapMegabytes}`]
    this.#what = [file.slice(file.lastIndexOf('/') + 1), ...args].join(' ')
    this.#process = spawn(process.execPath, [...flags, file, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    })
    this.#lines = createInterface(this.#process.stdout!)[Symbol.asyncIterator]()
  }

  async next<T = Record<string, unknown>>(): Promise<T> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error(`${this.#what} ended and said nothing`)
    return JSON.parse(value) as T
  }

  tell(line: string): void {
    this.#process.stdin!.write(`${line}\n`)
  }

  async ask<T = unknown>(line: string): Promise<T> {
    this.tell(line)
    return (await this.next<{ answer: T }>()).answer
  }

  /** What it opened is free when this resolves: a store stays locked until its process is gone. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await gone
  }

  /** Until it has ended by itself. @throws {Error} when that was not in order */
  async ended(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit')
    if (this.#process.exitCode !== 0) {
      throw new Error(`${this.#what} ended with ${this.#process.signalCode ?? this.#process.exitCode}`)
    }
  }
}
