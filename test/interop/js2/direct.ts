import { CommandError } from '../json-lines.ts'
import { encodeFrame, KIND, readFrames } from './direct-frame.ts'
import { Outbox } from './outbox.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { Behaviour } from '../commands.ts'
import type { Frame } from './direct-frame.ts'
import type { Node } from './node.ts'

// spec/direct.md as an application on js-libp2p 2 would write it

const FAILED = 1
const TOO_LARGE = 3
const IS_STREAM = 6
const ERRORS: Record<number, string> = {
  2: 'refused',
  [TOO_LARGE]: 'too-large',
  4: 'malformed',
  5: 'timeout',
  [IS_STREAM]: 'is-stream',
}

/** spec/direct.md §2, in bytes. */
const MAX_REQUEST_BYTES = 1_048_576
const CREDIT_BYTES = 65_536
const ITEM_OVERHEAD_BYTES = 32
const NEGOTIATE_TIMEOUT_MS = 10_000

export async function serveDirect(node: Node, protocol: string, behaviour: Behaviour): Promise<void> {
  await node.handle(protocol, ({ stream }) => {
    void answerAll(stream, behaviour).catch((error: Error) => stream.abort(error))
  })
}

async function answerAll(stream: Stream, behaviour: Behaviour): Promise<void> {
  const outbox = new Outbox()
  const sent = stream.sink(outbox)
  const windows = new Map<number, Window>()
  const answers: Array<Promise<void>> = []
  for await (const frame of readFrames(stream.source)) {
    if (frame.kind === KIND.CREDIT) windows.get(frame.id)?.add(frame.credit)
    if (frame.kind !== KIND.REQUEST) continue
    const window = new Window(frame.credit)
    windows.set(frame.id, window)
    answers.push(answer(frame, behaviour, window, outbox))
  }
  await Promise.all(answers)
  outbox.end()
  await sent
}

async function answer(
  { id, credit, payload }: Frame,
  behaviour: Behaviour,
  window: Window,
  outbox: Outbox,
): Promise<void> {
  const send = (frame: Partial<Frame>): void => outbox.push(encodeFrame({ id, ...frame }))
  if (payload.length > MAX_REQUEST_BYTES) return send({ kind: KIND.ERROR, error: TOO_LARGE })
  if (behaviour === 'fail') return send({ kind: KIND.ERROR, error: FAILED })
  if (behaviour === 'echo') return send({ kind: KIND.RESPONSE, payload })
  if (credit === 0) return send({ kind: KIND.ERROR, error: IS_STREAM })
  for (let times = 1; times <= 3; times++) {
    const item = new Uint8Array(Buffer.concat(Array.from({ length: times }, () => payload)))
    await window.take(item.length + ITEM_OVERHEAD_BYTES)
    send({ kind: KIND.ITEM, payload: item })
  }
  send({ kind: KIND.END })
}

/** What may be sent of a streamed answer: spec/direct.md §5. */
class Window {
  #bytes: number
  #opened = Promise.withResolvers<void>()

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  add(bytes: number): void {
    this.#bytes += bytes
    this.#opened.resolve()
    this.#opened = Promise.withResolvers()
  }

  async take(bytes: number): Promise<void> {
    while (this.#bytes <= 0) await this.#opened.promise
    this.#bytes -= bytes
  }
}

/** Asks for one answer; where the answer is a stream, asks again for that. One value, or the items of a stream. */
export async function requestDirect(
  connection: Connection,
  protocol: string,
  payload: Uint8Array,
): Promise<Uint8Array | Uint8Array[]> {
  const stream = await open(connection, protocol)
  const outbox = new Outbox()
  const sent = stream.sink(outbox)
  const items: Uint8Array[] = []
  let id = 1
  outbox.push(encodeFrame({ kind: KIND.REQUEST, id, payload }))
  try {
    for await (const frame of readFrames(stream.source)) {
      if (frame.id !== id) throw new CommandError('malformed', `an answer to ${frame.id}, which was not asked`)
      if (frame.kind === KIND.RESPONSE) return frame.payload
      if (frame.kind === KIND.END) return items
      if (frame.kind === KIND.ITEM) {
        items.push(frame.payload)
        outbox.push(encodeFrame({ kind: KIND.CREDIT, id, credit: frame.payload.length + ITEM_OVERHEAD_BYTES }))
      } else if (frame.error === IS_STREAM) {
        id++
        outbox.push(encodeFrame({ kind: KIND.REQUEST, id, credit: CREDIT_BYTES, payload }))
      } else throw new CommandError(ERRORS[frame.error] ?? 'failed', Buffer.from(frame.payload).toString())
    }
    throw new CommandError('disconnected', 'the stream ended before the answer came')
  } finally {
    outbox.end()
    await sent
    await stream.close()
  }
}

async function open(connection: Connection, protocol: string): Promise<Stream> {
  try {
    return await connection.newStream(protocol, { signal: AbortSignal.timeout(NEGOTIATE_TIMEOUT_MS) })
  } catch (error) {
    const { name, message } = error as Error
    throw new CommandError(name === 'UnsupportedProtocolError' ? 'no-such-protocol' : 'unreachable', message)
  }
}
