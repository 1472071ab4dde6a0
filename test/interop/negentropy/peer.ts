import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Item } from '@stoa/reconcile'

const DIRECTORY = import.meta.dirname
const PROGRAM = join(DIRECTORY, 'target/release/negentropy-peer')

export const hasCargo = spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status === 0

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/** Compiles the peer program; what was built before is not built again. */
export function build(): void {
  const { status, stderr } = spawnSync('cargo', ['build', '--release', '--locked', '--quiet'], {
    cwd: DIRECTORY,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the peer of the crate negentropy does not build:\n${stderr}`)
}

/** Both roles of a session in the crate `negentropy`: src/main.rs says what goes over the pipe. */
export class Peer implements AsyncDisposable {
  readonly #process = spawn(PROGRAM, { stdio: ['pipe', 'pipe', 'inherit'] })
  readonly #lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]()

  async load(ours: Iterable<Item>, theirs: Iterable<Item>): Promise<void> {
    await this.#write('clear\n')
    for (const [side, items] of Object.entries({ ours, theirs })) {
      let text = ''
      for (const { timestamp, id } of items) text += `${side} ${timestamp} ${hex(id)}\n`
      await this.#write(text)
    }
  }

  /** @returns the initiator's first message */
  async start(ourLimit: number, theirLimit: number): Promise<Uint8Array> {
    await this.#write(`start ${ourLimit} ${theirLimit}\n`)
    return (await this.#answer()).message!
  }

  async respond(message: Uint8Array): Promise<Uint8Array> {
    await this.#write(`respond ${hex(message)}\n`)
    return (await this.#answer()).message!
  }

  async next(message: Uint8Array): Promise<{ message: Uint8Array | undefined; have: string[]; need: string[] }> {
    await this.#write(`next ${hex(message)}\n`)
    return this.#answer()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit')
    this.#process.stdin.end()
    await exited
  }

  async #write(text: string): Promise<void> {
    if (!this.#process.stdin.write(text)) await once(this.#process.stdin, 'drain')
  }

  async #answer(): Promise<{ message: Uint8Array | undefined; have: string[]; need: string[] }> {
    const have: string[] = []
    const need: string[] = []
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done === true) throw new Error('the peer program ended')
      const [kind, content = ''] = (value as string).split(' ')
      if (kind === 'have') have.push(content)
      else if (kind === 'need') need.push(content)
      else if (kind === 'message') return { message: unhex(content), have, need }
      else if (kind === 'done') return { message: undefined, have, need }
      else throw new Error(`the peer program says: ${value}`)
    }
  }
}
