import { once } from 'node:events'
import { connect } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { ReplyParser } from '../core/reply-parser.ts'
import { aborted, TorError } from '../errors.ts'
import { endpointText } from '../endpoint.ts'
import type { Socket } from 'node:net'
import type { SocketAddress } from '../endpoint.ts'
import type { Reply } from '../core/reply-parser.ts'

/** Commands that wait for their reply. We ask one at a time; more means that something is wrong. */
const MAX_WAITING = 32

interface Waiting {
  resolve: (reply: Reply) => void
  reject: (error: TorError) => void
  timer: NodeJS.Timeout
}

/** A connection to Tor's control port: a command, its reply, and events between them. Ends for good at the first fault. */
export class ControlConnection {
  /** Resolves when the connection has ended, with why. Never rejects. */
  readonly closed: Promise<TorError>
  /** Called for every event, with its text: `HS_DESC UPLOADED …`. */
  onEvent: (text: string) => void = () => {}

  readonly #socket: Socket
  readonly #timeoutMs: number
  readonly #waiting: Waiting[] = []
  readonly #parser = new ReplyParser()
  #end: TorError | undefined

  /** @throws {TorError} `control-failed` or `aborted` */
  static async open(address: SocketAddress, timeoutMs: number, signal: AbortSignal): Promise<ControlConnection> {
    const socket = connect(address)
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      await once(socket, 'connect', { signal: AbortSignal.any([signal, timeout]) })
      return new ControlConnection(socket, timeoutMs)
    } catch (cause) {
      socket.on('error', () => {}).destroy()
      if (signal.aborted) throw aborted(signal)
      const reason = timeout.aborted ? `no answer for ${timeoutMs} ms` : (cause as Error).message
      throw new TorError('control-failed', `the control port ${endpointText(address)} cannot be reached: ${reason}`, {
        cause,
      })
    }
  }

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket
    this.#timeoutMs = timeoutMs
    const decoder = new StringDecoder('utf8')
    const ended = Promise.withResolvers<TorError>()
    this.closed = ended.promise
    socket.on('data', (bytes: Buffer) => this.#receive(decoder.write(bytes)))
    socket.on('error', cause => this.#fail(new TorError('control-failed', cause.message, { cause })))
    socket.on('close', () => {
      this.#fail(new TorError('control-failed', 'Tor closed the control connection'))
      ended.resolve(this.#end as TorError)
    })
  }

  /** The reply to a command, whatever its code. @throws {TorError} `control-failed` */
  async send(command: string): Promise<Reply> {
    if (this.#end !== undefined) throw this.#end
    if (/[\r\n]/.test(command)) throw new TorError('bad-option', 'a command of the control port is one line')
    if (this.#waiting.length >= MAX_WAITING) {
      throw new TorError('control-failed', `${MAX_WAITING} commands wait for the control port`)
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // replies come in order: after one that did not come none can be told from another
        this.#fail(new TorError('control-failed', `the control port did not answer for ${this.#timeoutMs} ms`))
      }, this.#timeoutMs)
      this.#waiting.push({ resolve, reject, timer })
      this.#socket.write(`${command}\r\n`)
    })
  }

  /** The same, for a command that has to succeed. The message does not repeat arguments: they can be secret. */
  async ask(command: string): Promise<Reply> {
    const reply = await this.send(command)
    if (reply.code === 250) return reply
    const verb = command.split(' ', 1)[0]
    throw new TorError('control-failed', `Tor refuses ${verb}: ${reply.code} ${reply.lines.at(-1)?.text ?? ''}`)
  }

  /** GETINFO of one key. */
  async info(key: string): Promise<string> {
    const { lines } = await this.ask(`GETINFO ${key}`)
    const line = lines.find(({ text }) => text.startsWith(`${key}=`))
    if (line === undefined) throw new TorError('control-failed', `Tor does not tell its ${key}`)
    return line.data ?? line.text.slice(key.length + 1)
  }

  async close(): Promise<void> {
    this.#fail(new TorError('stopped', 'the control connection was closed'))
    await this.closed
  }

  #receive(text: string): void {
    if (this.#end !== undefined) return
    try {
      for (const reply of this.#parser.push(text)) this.#reply(reply)
    } catch (error) {
      this.#fail(error as TorError)
    }
  }

  #reply(reply: Reply): void {
    if (reply.code >= 600) {
      this.onEvent(reply.lines[0]?.text ?? '')
      return
    }
    const waiting = this.#waiting.shift()
    if (waiting === undefined) throw new TorError('control-failed', 'the control port answered what nobody asked')
    clearTimeout(waiting.timer)
    waiting.resolve(reply)
  }

  #fail(error: TorError): void {
    this.#end ??= error
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer)
      reject(this.#end)
    }
    this.#socket.destroy()
  }
}
