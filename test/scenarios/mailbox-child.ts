import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { until } from '@stoa/testkit'
import type { ChildProcess } from 'node:child_process'
import type { NodeInit, Order, Said } from './mailbox-node.ts'

const NODE = join(import.meta.dirname, 'mailbox-node.ts')

/** A node in a process of its own, which is ended without a word and comes back with what its disk has. All that it ever said is kept, in order. */
export class MailChild {
  readonly said: Said[] = []
  readonly #init: NodeInit
  readonly #cacheDir: string
  readonly #changes = new EventTarget()
  #process: ChildProcess | undefined
  #ended: Promise<unknown> | undefined

  constructor(init: NodeInit, cacheDir: string) {
    this.#init = init
    this.#cacheDir = cacheDir
  }

  /** Of letters that it sent or was handed. */
  get #known(): string[] {
    return this.said.flatMap(said => {
      if ('letter' in said) return [said.letter.id]
      return 'delivery' in said ? [said.delivery.id] : []
    })
  }

  /** @returns its peer id and address */
  async start(over: Partial<NodeInit> = {}): Promise<{ peer: string; address: string }> {
    const child = spawn(process.execPath, [NODE, JSON.stringify({ ...this.#init, except: this.#known, ...over })], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: this.#cacheDir },
    })
    // orders to one that is gone by then
    child.stdin.on('error', () => {})
    const from = this.said.length
    const lines = createInterface(child.stdout)
    lines.on('line', line => {
      this.said.push(JSON.parse(line) as Said)
      this.#changes.dispatchEvent(new Event('said'))
    })
    this.#process = child
    // by then all its lines are read, too
    this.#ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(() => {
      this.#process = undefined
      this.#changes.dispatchEvent(new Event('said'))
    })
    const ready = await this.until(
      () => this.said.slice(from).find(said => 'ready' in said) ?? this.#process === undefined,
    )
    return typeof ready === 'object' ? ready.ready : { peer: '', address: '' }
  }

  order(order: Order): void {
    this.#process?.stdin?.write(`${JSON.stringify(order)}\n`)
  }

  /** From now on it ends itself at this step of a letter that it has not heard of yet. */
  async arm(killAt: string): Promise<void> {
    const from = this.said.length
    this.order({ killAt, except: this.#known })
    await this.until(() => this.said.slice(from).some(said => 'armed' in said), 'it to be armed')
  }

  /** It has ended itself. */
  async ended(): Promise<void> {
    await this.until(() => this.#process === undefined, 'its end')
  }

  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL')
    await this.#ended
  }

  until<T>(predicate: () => T, what?: string): ReturnType<typeof until<T>> {
    return until(predicate, {
      on: [[this.#changes, 'said']],
      timeoutMs: 20_000,
      what: () => `${what ?? predicate.toString().slice(0, 200)}; it said last ${JSON.stringify(this.said.slice(-12))}`,
    })
  }
}
