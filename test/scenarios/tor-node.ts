import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { until } from '@stoa/testkit'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'

const MAIN = join(import.meta.dirname, '../../apps/node/src/main.ts')
/** Ten nodes that start at one time on two busy cores take half a minute: generous, and only reached when something hangs. */
const WAIT_MS = 120_000

export type Line = { event: string } & Record<string, unknown>

export interface TorNodeInit {
  readonly data: string
  /** Which Tor: options of `stoa start` beside `--tor`. */
  readonly tor: readonly string[]
  readonly bootstrap?: readonly string[]
  /** Put before it and its commands: for example what brings them into a network namespace. */
  readonly prefix?: readonly string[]
  /** More of `stoa start`. */
  readonly args?: readonly string[]
  /** Modules that the node loads before itself. */
  readonly preload?: readonly string[]
}

/** `stoa start --tor` as a process of its own, and `stoa …` against it. */
export class TorNode implements AsyncDisposable {
  readonly lines: Line[] = []
  readonly #init: TorNodeInit
  readonly #changes = new EventEmitter()
  #child: ChildProcessWithoutNullStreams
  #stderr = ''
  #api = ''
  peer = ''
  /** Its onion address, with its peer id. */
  address = ''

  private constructor(init: TorNodeInit) {
    this.#init = init
    this.#child = this.#spawn()
  }

  static async start(init: TorNodeInit): Promise<TorNode> {
    const node = new TorNode(init)
    try {
      await node.#ready(0)
      return node
    } catch (error) {
      await node.stop('SIGKILL')
      throw error
    }
  }

  /** As it was stopped: the same data. */
  async startAgain(): Promise<void> {
    const from = this.lines.length
    this.#child = this.#spawn()
    await this.#ready(from)
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#isOver) return
    const closed = once(this.#child, 'close')
    this.#child.kill(signal)
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** The process of its own Tor; undefined while there is none. */
  get torPid(): number | undefined {
    for (const path of globSync('/proc/[0-9]*/stat')) {
      // proc(5): pid (comm) state ppid
      const [, pid, comm, parent] = /^(\d+) \((.*)\) \S (\d+)/.exec(readIfThere(path)) ?? []
      if (comm === 'tor' && Number(parent) === this.pid) return Number(pid)
    }
    return undefined
  }

  /** The first line from `from` on, past or to come, that has these properties. */
  async event(event: string, properties: Record<string, unknown> = {}, from = 0): Promise<Line> {
    const wanted = Object.entries({ event, ...properties })
    return this.until(
      () => this.lines.slice(from).find(line => wanted.every(([key, value]) => line[key] === value)),
      () => `${event} ${JSON.stringify(properties)}`,
    )
  }

  /** Waits for its lines to have something. */
  async until<T>(predicate: () => T, what: () => string): ReturnType<typeof until<T>> {
    return until(
      () => {
        if (this.#isOver) throw new Error(`the node ended: ${this.#stderr}`)
        return predicate()
      },
      { on: [[this.#changes, 'said']], timeoutMs: WAIT_MS, what: () => `${what()}; ${this.said()}` },
    )
  }

  /** What it said last. */
  said(): string {
    const last = this.lines.slice(-30).map(line => JSON.stringify(line).slice(0, 300))
    return [`it said last:`, ...last, this.#stderr.slice(-2_000)].join('\n')
  }

  /** Another `stoa` against this node. @returns its standard output */
  async run(args: readonly string[], stdin = ''): Promise<string> {
    const [program, ...rest] = this.#command([...args, '--data', this.#init.data])
    const child = spawn(program, rest, { stdio: 'pipe' })
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    if (code !== 0) throw new Error(`stoa ${args.join(' ')} ended with ${String(code)}: ${stderr}`)
    return stdout
  }

  async json<T>(args: readonly string[], stdin = ''): Promise<T> {
    return JSON.parse(await this.run([...args, '--json'], stdin)) as T
  }

  /** One object a line. */
  async list<T>(args: readonly string[]): Promise<T[]> {
    const lines = (await this.run([...args, '--json'])).split('\n').filter(line => line !== '')
    return lines.map(line => JSON.parse(line) as T)
  }

  /** How many offers it holds; asked without a process, where its API is in reach. */
  async offers(): Promise<number> {
    const token = readFileSync(join(this.#init.data, 'api-token'), 'utf8').trim()
    const response = await fetch(`${this.#api}/v1/status`, { headers: { authorization: `Bearer ${token}` } })
    const { replicas } = (await response.json()) as { replicas: Array<{ name: string; live: number }> }
    return replicas.find(({ name }) => name === 'offers')?.live ?? 0
  }

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  #command(args: readonly string[]): [string, ...string[]] {
    const [first, ...more] = [...(this.#init.prefix ?? []), process.execPath, ...this.#preloads(args), MAIN, ...args]
    return [first!, ...more]
  }

  #preloads(args: readonly string[]): string[] {
    return args[0] === 'start' ? (this.#init.preload ?? []).flatMap(module => ['--import', module]) : []
  }

  #spawn(): ChildProcessWithoutNullStreams {
    const { data, tor, bootstrap = [], args = [] } = this.#init
    const start = ['start', '--json', '--data', data, '--tor', ...tor, ...args]
    const [program, ...rest] = this.#command([...start, ...bootstrap.flatMap(address => ['--bootstrap', address])])
    const child = spawn(program, rest, { stdio: 'pipe' })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr = (this.#stderr + chunk).slice(-20_000)
    })
    createInterface(child.stdout).on('line', line => {
      this.lines.push(JSON.parse(line) as Line)
      this.#changes.emit('said')
    })
    child.once('close', () => this.#changes.emit('said'))
    return child
  }

  async #ready(from: number): Promise<void> {
    const { peerId, addresses, api } = (await this.event('ready', {}, from)) as unknown as {
      peerId: string
      addresses: string[]
      api: string
    }
    this.peer = peerId
    this.#api = api
    this.address = addresses.find(address => address.startsWith('/onion3/')) ?? ''
    if (this.address === '') throw new Error(`${peerId} has no onion address among ${addresses.join(', ')}`)
  }
}

/** A process may end between being listed and being read. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
