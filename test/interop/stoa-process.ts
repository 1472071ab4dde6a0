import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import { PeerLog } from './peer-log.ts'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'

const MAIN = join(import.meta.dirname, '../../apps/node/src/main.ts')

/** `stoa start` on a directory of its own, and `stoa …` against it: what a user has. */
export class StoaProcess implements AsyncDisposable {
  readonly log = new PeerLog('stoa')
  readonly #data: string
  readonly #child: ChildProcessWithoutNullStreams
  peer = ''
  address = ''

  private constructor(data: string) {
    this.#data = data
    const args = ['start', '--data', data, '--json', '--no-mdns', '--no-nat', '--listen', '/ip4/127.0.0.1/tcp/0']
    this.#child = spawn(process.execPath, [MAIN, ...args], { stdio: 'pipe' })
  }

  static async start(): Promise<StoaProcess> {
    const stoa = new StoaProcess(await mkdtemp(join(tmpdir(), 'stoa-interop-')))
    try {
      await stoa.#ready()
      return stoa
    } catch (error) {
      await stoa[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Another `stoa` against this node. @returns its standard output */
  async run(args: string[], stdin = ''): Promise<string> {
    this.log.add('→', `stoa ${args.join(' ')}`)
    const child = spawn(process.execPath, [MAIN, ...args, '--data', this.#data], { stdio: 'pipe' })
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    this.log.add('←', stdout)
    if (code !== 0) throw new Error(`stoa ${args.join(' ')} ended with ${String(code)}: ${stderr}`)
    return stdout
  }

  /** One object a line. */
  async lines<T>(args: string[]): Promise<T[]> {
    const stdout = await this.run([...args, '--json'])
    return stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as T)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const closed = once(this.#child, 'close')
      this.#child.kill('SIGTERM')
      await closed
    }
    await rm(this.#data, { recursive: true, force: true })
  }

  async #ready(): Promise<void> {
    const ready = Promise.withResolvers<void>()
    createInterface(this.#child.stderr).on('line', line => this.log.add('log', line))
    createInterface(this.#child.stdout).on('line', line => {
      this.log.add('log', line)
      const { event, peerId, addresses } = JSON.parse(line) as { event: string; peerId: string; addresses: string[] }
      if (event !== 'ready') return
      this.peer = peerId
      this.address = addresses[0]!
      ready.resolve()
    })
    this.#child.once('close', () => ready.reject(new Error(`stoa start ended:\n${this.log.tail()}`)))
    await ready.promise
  }
}
