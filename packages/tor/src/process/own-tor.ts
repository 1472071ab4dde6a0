import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { authenticate } from '../control/authenticate.ts'
import { ControlConnection } from '../control/connection.ts'
import { aborted, TorError } from '../errors.ts'
import { LogTail } from './log-tail.ts'
import { torrc } from './torrc.ts'
import { checkProgram } from './tor-version.ts'
import type { ChildProcess } from 'node:child_process'
import type { SocketAddress } from '../endpoint.ts'
import type { TorOptions } from '../options.ts'
import type { TorDirectories } from './run-directory.ts'
import type { TorSource } from './source.ts'

/** How soon after a start the control port is tried again, in ms. */
const CONNECT_AGAIN_MS = 50
/** What Tor has to end by itself, in ms… */
const LEAVE_MS = 250
/** …and when it is told to, in ms. */
const GRACE_MS = 3_000

/** What its last words may take to arrive, in ms. */
const LAST_WORDS_MS = 250

/** A Tor of our own: a child process with its own directory, reached over unix sockets in it. */
export class OwnTor implements TorSource {
  readonly inbound: SocketAddress

  readonly #options: TorOptions
  readonly #directories: TorDirectories
  #child: ChildProcess | undefined
  #log = new LogTail()

  constructor(options: TorOptions, directories: TorDirectories) {
    this.#options = options
    this.#directories = directories
    this.inbound = { path: directories.inbound }
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  async check(signal: AbortSignal): Promise<void> {
    await checkProgram(this.#options.program, signal)
  }

  async open(signal: AbortSignal): Promise<ControlConnection> {
    const child = await this.#spawn()
    const control = await this.#connect(child, signal)
    await authenticate(control, undefined)
    // Tor ends when this connection does: one kind of fault less
    await control.ask('TAKEOWNERSHIP')
    return control
  }

  socks(): Promise<SocketAddress> {
    return Promise.resolve({ path: this.#directories.socks })
  }

  async end(): Promise<string | undefined> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return undefined
    // it ends by itself when its owner has gone, and has told why when it went first
    for (const signal of [undefined, 'SIGTERM', 'SIGKILL'] as const) {
      if (signal !== undefined) child.kill(signal)
      if (await ended(child, signal === undefined ? LEAVE_MS : GRACE_MS)) break
    }
    return this.#howItEnded(child)
  }

  async close(): Promise<void> {
    await this.end()
    await this.#directories.cleanUp()
  }

  async #spawn(): Promise<ChildProcess> {
    const { program, torrc: given } = this.#options
    const path = join(this.#directories.data, 'torrc')
    await writeFile(path, torrc(given, this.#directories), { mode: 0o600 })
    this.#log = new LogTail()
    const child = spawn(program, ['-f', path, '--defaults-torrc', '/dev/null'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // out of our process group: a Ctrl-C is for us, and Tor is needed until we are done
      detached: true,
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#log.push(text))
    }
    try {
      await once(child, 'spawn')
    } catch (cause) {
      this.#child = undefined
      throw new TorError('no-tor', `the program ${program} cannot be run: ${(cause as Error).message}`, { cause })
    }
    child.on('error', () => {})
    return child
  }

  /** Tor opens its control port before anything else; until then there is no file. */
  async #connect(child: ChildProcess, signal: AbortSignal): Promise<ControlConnection> {
    const { controlTimeoutMs } = this.#options
    const deadline = AbortSignal.timeout(controlTimeoutMs)
    for (;;) {
      if (!isRunning(child)) {
        throw new TorError('tor-failed', `Tor ${await this.#howItEnded(child)}`)
      }
      try {
        return await ControlConnection.open({ path: this.#directories.control }, controlTimeoutMs, signal)
      } catch (error) {
        if (signal.aborted) throw aborted(signal)
        if (deadline.aborted) throw error
        await sleep(CONNECT_AGAIN_MS)
      }
    }
  }

  async #howItEnded(child: ChildProcess): Promise<string> {
    const { exitCode, signalCode, stdout } = child
    // 'close' comes when all it wrote was read, unless somebody else still has its end of the pipe
    if (stdout?.closed === false) await within(LAST_WORDS_MS, child, 'close')
    const how = signalCode === null ? `ended with code ${exitCode}` : `was ended by ${signalCode}`
    const { warnings } = this.#log
    return warnings === undefined ? how : `${how}: ${warnings}`
  }
}

async function ended(child: ChildProcess, ms: number): Promise<boolean> {
  if (isRunning(child)) await within(ms, child, 'exit')
  return !isRunning(child)
}

async function within(ms: number, child: ChildProcess, event: 'exit' | 'close'): Promise<void> {
  await once(child, event, { signal: AbortSignal.timeout(ms) }).catch(() => {})
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}
