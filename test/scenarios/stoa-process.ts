import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { until } from '@stoa/testkit'
import type { ChildProcess } from 'node:child_process'

const MAIN = join(import.meta.dirname, '../../apps/node/src/main.ts')

export interface StoaProcessInit {
  data: string
  args: readonly string[]
  /** Modules that are loaded before the node's own. */
  imports?: readonly string[]
  env?: Readonly<Record<string, string>>
}

/** `stoa start` in a process of its own, and other commands against it. */
export class StoaProcess implements AsyncDisposable {
  readonly #init: StoaProcessInit
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly #changes = new EventEmitter()
  #stderr = ''
  #ready: { peerId: string; addresses: string[] } | undefined

  private constructor(init: StoaProcessInit) {
    const { data, args, imports = [], env } = init
    this.#init = init
    const node = imports.map(module => `--import=${module}`)
    this.#child = spawn(process.execPath, [...node, MAIN, 'start', '--json', '--data', data, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...bareEnv(), ...env },
    })
    this.#closed = once(this.#child, 'close')
    this.#child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (this.#stderr += chunk))
    createInterface({ input: this.#child.stdout! }).on('line', line => {
      const event = JSON.parse(line) as { event: string; peerId: string; addresses: string[] }
      if (event.event === 'ready') this.#ready = event
      this.#changes.emit('change')
    })
    this.#child.once('close', () => this.#changes.emit('change'))
  }

  /** Resolves when the node is up. */
  static async start(init: StoaProcessInit): Promise<StoaProcess> {
    const stoa = new StoaProcess(init)
    await until(
      () => {
        if (stoa.#child.exitCode !== null) throw new Error(`stoa start ended: ${stoa.#stderr}`)
        return stoa.#ready
      },
      { on: [[stoa.#changes, 'change']], timeoutMs: 60_000, what: () => `a node that is ready: ${stoa.#stderr}` },
    )
    return stoa
  }

  get peerId(): string {
    return this.#ready!.peerId
  }

  get address(): string {
    return this.#ready!.addresses[0]!
  }

  /** Another `stoa` against this node. @returns the object that it prints */
  async json<T>(args: readonly string[]): Promise<T> {
    const all = [MAIN, ...args, '--json', '--data', this.#init.data]
    const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'], env: bareEnv() })
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    if (code !== 0) throw new Error(`stoa ${args.join(' ')} ended with ${String(code)}: ${stderr}`)
    return JSON.parse(stdout) as T
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#closed
  }
}

/** As an operator has it, without the test runner's own variables. */
function bareEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC' }
}
