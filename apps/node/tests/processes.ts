import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { EventEmitter, once } from 'node:events'
import { until } from '@stoa/testkit'
import type { ChildProcess } from 'node:child_process'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
/** As an operator would have it, without the test runner's own variables. */
const ENV = { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC' }

export type Line = { event: string } & Record<string, unknown>

/** A `stoa` that runs until it is told to stop, and prints a line of JSON for each thing that happens. */
export class LineProcess implements AsyncDisposable {
  readonly child: ChildProcess
  readonly lines: Line[] = []
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  readonly #arrived = new EventEmitter()
  stderr = ''

  constructor(args: string[]) {
    this.child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: ENV })
    this.exited = once(this.child, 'close').then(([code, signal]) => ({ code, signal }))
    this.child.stderr!.setEncoding('utf8').on('data', chunk => {
      this.stderr += chunk
      this.#arrived.emit('line')
    })
    createInterface({ input: this.child.stdout! }).on('line', line => {
      this.lines.push(JSON.parse(line) as Line)
      this.#arrived.emit('line')
    })
    this.child.once('close', () => this.#arrived.emit('line'))
  }

  /** The first line, past or to come, that the predicate takes. */
  async line(what: string, predicate: (line: Line) => boolean): Promise<Line> {
    return until(
      () => {
        const found = this.lines.find(predicate)
        if (found === undefined && this.child.exitCode !== null) throw new Error(`it ended: ${this.stderr}`)
        return found
      },
      {
        on: [[this.#arrived, 'line']],
        what: () => `${what} after ${JSON.stringify(this.lines)} ${this.stderr}`,
      },
    )
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM') {
    this.child.kill(signal)
    return this.exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.stop('SIGKILL')
  }
}

/** A running node on a directory of its own. */
export class NodeProcess extends LineProcess {
  readonly data: string
  peerId = ''
  addresses: string[] = []
  api = ''

  private constructor(data: string, args: string[]) {
    super(['start', '--data', data, '--json', '--no-mdns', '--no-nat', ...args])
    this.data = data
  }

  static async start(data: string, args: string[] = ['--listen', '/ip4/127.0.0.1/tcp/0']): Promise<NodeProcess> {
    const node = new NodeProcess(data, args)
    const ready = await node.line('ready', ({ event }) => event === 'ready')
    node.peerId = ready.peerId as string
    node.addresses = ready.addresses as string[]
    node.api = ready.api as string
    return node
  }

  event(name: string, properties: Record<string, unknown> = {}): Promise<Line> {
    return this.line(name, line => {
      return line.event === name && Object.entries(properties).every(([key, value]) => line[key] === value)
    })
  }

  async token(): Promise<string> {
    return (await readFile(join(this.data, 'api-token'), 'utf8')).trim()
  }

  /** Another `stoa` against this node. */
  cli(args: string[], stdin?: string): Promise<Done> {
    return cli([...args, '--data', this.data], stdin)
  }

  async json(args: string[], stdin?: string): Promise<Line> {
    const done = await this.cli([...args, '--json'], stdin)
    if (done.code !== 0) throw new Error(done.stderr)
    return JSON.parse(done.stdout) as Line
  }

  /** Resolves when the listener hears. */
  async listen(args: string[]): Promise<LineProcess> {
    const listener = new LineProcess(['listen', ...args, '--data', this.data, '--json'])
    await listener.line('listening', ({ event }) => event === 'listening')
    return listener
  }
}

export interface Done {
  code: number | null
  stdout: string
  stderr: string
}

/** A `stoa` that is told things while it runs. */
export class CommandProcess implements AsyncDisposable {
  readonly child: ChildProcess
  readonly done: Promise<Done>
  stdout = ''
  stderr = ''

  constructor(args: string[]) {
    this.child = spawn(process.execPath, [MAIN, ...args], { stdio: 'pipe', env: ENV })
    this.child.stdin!.on('error', () => {})
    this.child.stdout!.setEncoding('utf8').on('data', chunk => (this.stdout += chunk))
    this.child.stderr!.setEncoding('utf8').on('data', chunk => (this.stderr += chunk))
    this.done = once(this.child, 'close').then(([code]) => ({ code, stdout: this.stdout, stderr: this.stderr }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
    await this.done
  }
}

export async function cli(args: string[], stdin = '', env: Record<string, string> = {}): Promise<Done> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'pipe', env: { ...ENV, ...env } })
  // a command that does not read it may be gone before it is written
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { stdout, stderr, code: code as number | null }
}

export async function temporaryDirectory(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'stoa-node-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
