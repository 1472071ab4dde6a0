import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { until } from '@stoa/testkit'
import { PeerLog } from './peer-log.ts'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { AnswerOf, ArgumentsOf, MessageEvent, Name } from './commands.ts'

/** Generous, and only ever reached when something hangs. */
const ANSWER_TIMEOUT_MS = 20_000
/** From the end of its input until it is killed. */
const STOP_TIMEOUT_MS = 5_000

/** What a peer program says of a command that it did not carry out. */
export class PeerError extends Error {
  override name = 'PeerError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface Program {
  command: string
  args: string[]
  cwd: string
}

interface Waiting {
  resolve: (answer: never) => void
  reject: (error: Error) => void
}

type Line = { id?: number; ok?: never; error?: { code: string; message: string } } & Partial<MessageEvent>

/** One running peer program of any language, driven over its standard input and output. */
export class Peer implements AsyncDisposable {
  /** Its name in a test, for logs and errors. */
  readonly name: string
  readonly log: PeerLog
  readonly messages: MessageEvent[] = []
  readonly #process: ChildProcessWithoutNullStreams
  readonly #waiting = new Map<number, Waiting>()
  readonly #events = new EventTarget()
  #lastId = 0
  #end: string | undefined

  constructor(name: string, { command, args, cwd }: Program) {
    this.name = name
    this.log = new PeerLog(name)
    this.#process = spawn(command, args, { cwd, stdio: 'pipe' })
    createInterface(this.#process.stdout).on('line', line => this.#onLine(line))
    createInterface(this.#process.stderr).on('line', line => this.log.add('log', line))
    this.#process.on('error', error => this.#onEnd(error.message))
    // what it wrote before it ended is read by then
    this.#process.on('close', (status, signal) => this.#onEnd(`it ended (${signal ?? status})`))
    this.#process.stdin.on('error', error => this.log.add('log', `its input: ${error.message}`))
  }

  /** @throws {PeerError} with the code of the peer, or `timeout`, or `ended`. */
  async call<N extends Name>(
    cmd: N,
    args: ArgumentsOf<N> = {} as ArgumentsOf<N>,
    timeoutMs = ANSWER_TIMEOUT_MS,
  ): Promise<AnswerOf<N>> {
    const id = ++this.#lastId
    const line = JSON.stringify({ id, cmd, ...args })
    this.log.add('→', line)
    if (this.#end !== undefined) throw new PeerError('ended', `${this.name}: ${cmd}: ${this.#end}`)
    const answer = Promise.withResolvers<AnswerOf<N>>()
    this.#waiting.set(id, answer)
    const timer = setTimeout(
      () => answer.reject(new PeerError('timeout', `${this.name}: no answer to ${cmd} in ${timeoutMs} ms`)),
      timeoutMs,
    )
    this.#process.stdin.write(`${line}\n`)
    try {
      return await answer.promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(id)
    }
  }

  /** Waits until what was received on a topic satisfies a condition. */
  async received(topic: string, isEnough: (data: string[]) => boolean, timeoutMs?: number): Promise<MessageEvent[]> {
    const onTopic = () => this.messages.filter(message => message.topic === topic)
    await until(() => isEnough(onTopic().map(({ data }) => data)), {
      on: [[this.#events, 'message', 'end']],
      timeoutMs,
      what: () => `messages on ${topic} at ${this.name}, which has ${onTopic().length}`,
    })
    return onTopic()
  }

  /** Closes its input, which ends it, and kills it when that does not. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end !== undefined) return
    const closed = once(this.#process, 'close')
    this.#process.stdin.end()
    const timer = setTimeout(() => {
      this.log.add('log', `still running ${STOP_TIMEOUT_MS} ms after the end of its input`)
      this.#process.kill('SIGKILL')
    }, STOP_TIMEOUT_MS)
    await closed
    clearTimeout(timer)
  }

  #onLine(text: string): void {
    this.log.add('←', text)
    let line: Line
    try {
      line = JSON.parse(text) as Line
    } catch {
      return
    }
    if (line.event === 'message') {
      this.messages.push(line as MessageEvent)
      this.#events.dispatchEvent(new Event('message'))
      return
    }
    const waiting = this.#waiting.get(line.id ?? 0)
    if (waiting === undefined) return
    if (line.error === undefined) waiting.resolve(line.ok ?? ({} as never))
    else waiting.reject(new PeerError(line.error.code, `${this.name}: ${line.error.code}: ${line.error.message}`))
  }

  #onEnd(reason: string): void {
    if (this.#end !== undefined) return
    this.#end = reason
    this.log.add('log', reason)
    for (const { reject } of this.#waiting.values()) reject(new PeerError('ended', `${this.name}: ${reason}`))
    this.#events.dispatchEvent(new Event('end'))
  }
}
