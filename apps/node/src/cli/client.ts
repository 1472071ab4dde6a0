import { readAccess } from '../data/access.ts'
import { CliError } from './errors.ts'
import { readEvents } from './sse-parser.ts'
import type { Access } from '../data/access.ts'
import type { ServerEvent } from './sse-parser.ts'

/** The node bounds its own work; this is for one that does not answer at all, in ms. */
const ANSWER_TIMEOUT_MS = 5_000
/** A long task looks for peers before it can tell how far it is, in ms. */
const TASK_ANSWER_TIMEOUT_MS = 30_000
/** Longest event of a task, in characters: a report has a row for each of up to 10,000 nodes. */
const MAX_TASK_EVENT_LENGTH = 16_777_216
/** Added to what a request may take by itself, in ms. */
const SLACK_MS = 5_000

export interface Request {
  method?: 'GET' | 'POST' | 'DELETE'
  body?: Record<string, unknown>
  /** How long the node may work on it, in ms. */
  workMs?: number
  signal?: AbortSignal
}

/** The API of the node that runs on a data directory. */
export class NodeClient {
  readonly directory: string
  readonly #access: Access

  private constructor(directory: string, access: Access) {
    this.directory = directory
    this.#access = access
  }

  /** @throws {CliError} `no-node` */
  static async open(directory: string): Promise<NodeClient> {
    let access: Access | undefined
    try {
      access = await readAccess(directory)
    } catch (cause) {
      throw new CliError('no-access', `the files of ${directory} cannot be read: ${(cause as Error).message}`, {
        cause,
      })
    }
    if (access === undefined) throw noNode(directory)
    return new NodeClient(directory, access)
  }

  async call<Answer>(path: string, { method = 'GET', body, workMs = 0, signal }: Request = {}): Promise<Answer> {
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS + (workMs === 0 ? 0 : workMs + SLACK_MS))
    const response = await this.#fetch(path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    })
    return (await response.json()) as Answer
  }

  /** What the node sends, piece by piece, for as long as it takes. @throws {CliError} `stopped` when it ends early */
  async download(path: string): Promise<AsyncIterable<Uint8Array>> {
    const answered = answerWithin(ANSWER_TIMEOUT_MS)
    const response = await this.#fetch(path, { headers: {}, signal: answered.signal })
    answered.done()
    return this.#whole(response.body!)
  }

  /** Sends what the source gives, no faster than the node takes it. */
  async upload<Answer>(path: string, source: AsyncIterable<Uint8Array>): Promise<Answer> {
    const { upload } = await import('./upload.ts')
    const { url, token } = this.#access
    const response = await upload(new URL(path, url), token, source).catch(cause => {
      if (cause instanceof CliError) throw cause
      throw noNode(this.directory, cause)
    })
    if (response.ok) return (await response.json()) as Answer
    throw await refusal(response, this.directory)
  }

  /** What a long task of the node tells. Leaving ends the task. */
  async *task(path: string, body: Record<string, unknown>, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const answered = answerWithin(TASK_ANSWER_TIMEOUT_MS)
    const response = await this.#fetch(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      signal: AbortSignal.any([signal, answered.signal]),
    })
    answered.done()
    yield* readEvents(this.#whole(response.body!), MAX_TASK_EVENT_LENGTH)
  }

  /** Until the node stops or the caller leaves. */
  async *events(query: URLSearchParams): AsyncGenerator<ServerEvent> {
    const answered = answerWithin(ANSWER_TIMEOUT_MS)
    const headers = { accept: 'text/event-stream' }
    const response = await this.#fetch(`/v1/events?${query}`, { headers, signal: answered.signal })
    answered.done()
    yield* readEvents(this.#whole(response.body!))
    throw this.#stopped()
  }

  async *#whole(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body
    } catch (cause) {
      // a connection that breaks is a node that was killed
      if (cause instanceof TypeError) throw this.#stopped(cause)
      throw cause
    }
  }

  #stopped(cause?: unknown): CliError {
    return new CliError('stopped', `the node on ${this.directory} has stopped`, { retryable: true, cause })
  }

  async #fetch(
    path: string,
    { headers, ...init }: Omit<RequestInit, 'headers'> & { headers: Record<string, string> },
  ): Promise<Response> {
    const { url, token, pid } = this.#access
    let response: Response
    try {
      // a redirect would carry the token somewhere else
      response = await fetch(new URL(path, url), {
        ...init,
        headers: { ...headers, authorization: `Bearer ${token}` },
        redirect: 'error',
      })
    } catch (cause) {
      if ((cause as Error).name === 'TimeoutError') {
        throw new CliError('timeout', `the node on ${this.directory} (pid ${pid}) does not answer`, {
          retryable: true,
          cause,
        })
      }
      throw noNode(this.directory, cause)
    }
    if (response.ok) return response
    throw await refusal(response, this.directory)
  }
}

function noNode(directory: string, cause?: unknown): CliError {
  const message = `no node is running on ${directory}; start one with: stoa start --data ${directory}`
  return new CliError('no-node', message, { retryable: true, cause })
}

async function refusal(response: Response, directory: string): Promise<CliError> {
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string; retryable: boolean } }
    return new CliError(error.code, error.message, { retryable: error.retryable })
  } catch (cause) {
    // a port that another program has taken since
    return new CliError('no-node', `what answers for ${directory} is not a node (HTTP ${response.status})`, { cause })
  }
}

/** Bounds the wait for an answer, and not the answer. */
function answerWithin(ms: number): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError')), ms)
  return { signal: controller.signal, done: () => clearTimeout(timer) }
}
