import { TorError } from '../errors.ts'

/** One line of a reply: `250-text`, or `250+text` with the lines of data after it. */
export interface ReplyLine {
  text: string
  data?: string
}

/** control-spec §2.3. A code of 6xx is an event, which nobody asked for. */
export interface Reply {
  code: number
  lines: ReplyLine[]
}

/** What we ask for is answered in a few hundred characters; a torrc or a list of circuits is never asked for. */
export const MAX_LINE_CHARS = 16_384
export const MAX_REPLY_CHARS = 131_072
export const MAX_REPLY_LINES = 1_024

const LINE = /^(\d{3})([-+ ])(.*)$/s

/** Text of a control connection, as it comes, to replies. Bounded: an endless line or reply is an error. */
export class ReplyParser {
  #rest = ''
  #reply: Reply | undefined
  #data: string[] | undefined
  #chars = 0

  /** @throws {TorError} `control-failed`, after which the parser is of no use. */
  push(text: string): Reply[] {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    const replies: Reply[] = []
    for (const line of lines) {
      const reply = this.#line(line.endsWith('\r') ? line.slice(0, -1) : line)
      if (reply !== undefined) replies.push(reply)
    }
    if (this.#rest.length > MAX_LINE_CHARS) throw tooLong('a line', MAX_LINE_CHARS, 'characters')
    return replies
  }

  #line(line: string): Reply | undefined {
    if (line.length > MAX_LINE_CHARS) throw tooLong('a line', MAX_LINE_CHARS, 'characters')
    this.#chars += line.length
    if (this.#chars > MAX_REPLY_CHARS) throw tooLong('a reply', MAX_REPLY_CHARS, 'characters')
    return this.#data === undefined ? this.#replyLine(line) : this.#dataLine(line, this.#data)
  }

  #replyLine(line: string): Reply | undefined {
    const [, digits, kind, text = ''] = LINE.exec(line) ?? []
    if (digits === undefined) throw malformed(line)
    const code = Number(digits)
    const reply = (this.#reply ??= { code, lines: [] })
    // control-spec §2.3: an event may come between replies, never inside one
    if (reply.code !== code && kind !== ' ') throw malformed(line)
    reply.lines.push({ text })
    if (reply.lines.length > MAX_REPLY_LINES) throw tooLong('a reply', MAX_REPLY_LINES, 'lines')
    if (kind === '+') this.#data = []
    if (kind !== ' ') return undefined
    this.#reply = undefined
    this.#chars = 0
    // the last line says how it ended
    reply.code = code
    return reply
  }

  #dataLine(line: string, data: string[]): undefined {
    if (line !== '.') {
      data.push(line.startsWith('.') ? line.slice(1) : line)
      if (data.length > MAX_REPLY_LINES) throw tooLong('the data of a reply', MAX_REPLY_LINES, 'lines')
      return
    }
    const last = this.#reply?.lines.at(-1)
    if (last !== undefined) last.data = data.join('\n')
    this.#data = undefined
  }
}

function malformed(line: string): TorError {
  return new TorError('control-failed', `the control port said ${JSON.stringify(line.slice(0, 80))}, which is no reply`)
}

function tooLong(what: string, most: number, unit: string): TorError {
  return new TorError(
    'control-failed',
    `${what} of the control port is longer than ${most.toLocaleString('en')} ${unit}`,
  )
}
