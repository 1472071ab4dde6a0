import { publicError } from '../node/errors.ts'
import type { PublicError } from '../node/errors.ts'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** What the API itself refuses. */
export type ApiCode =
  | 'bad-request'
  | 'unauthorized'
  | 'forbidden'
  | 'no-such-route'
  | 'too-large'
  | 'unsupported-media-type'
  | 'too-many-readers'
  | 'too-slow'

const API_STATUS: Record<ApiCode, ContentfulStatusCode> = {
  'bad-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'no-such-route': 404,
  'too-large': 413,
  'unsupported-media-type': 415,
  'too-many-readers': 503,
  'too-slow': 408,
}

/** Of the codes of direct(), broadcast(), offers(), mailbox(), measure() and the node. Whatever a peer did wrong is a bad gateway. */
const STATUS: Record<string, ContentfulStatusCode> = {
  ...API_STATUS,
  'bad-option': 400,
  'clearnet-address': 400,
  'bad-topic': 400,
  'not-found': 404,
  limit: 413,
  unencodable: 400,
  'bad-market': 400,
  'bad-name': 400,
  'bad-body': 400,
  'bad-file': 400,
  'not-own': 403,
  'bad-ttl': 400,
  'unsupported-key': 400,
  'no-key': 404,
  'no-receivers': 404,
  ambiguous: 409,
  busy: 409,
  'not-measuring': 409,
  'over-quota': 409,
  superseded: 409,
  refused: 502,
  unreachable: 502,
  'no-such-protocol': 502,
  'not-supported': 502,
  disconnected: 502,
  'bad-stamp': 502,
  malformed: 502,
  failed: 502,
  timeout: 504,
  aborted: 503,
  closed: 503,
  stopped: 503,
  'not-started': 503,
  'tor-down': 503,
  'topic-open': 503,
  'too-many-topics': 503,
  clock: 503,
  'outbox-full': 503,
  'too-dear': 507,
  'no-room': 507,
  'read-only': 507,
}

export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: ApiCode

  constructor(code: ApiCode, message: string) {
    super(message)
    this.code = code
  }
}

export interface ErrorAnswer {
  status: ContentfulStatusCode
  body: { error: PublicError }
}

/** What the client is told. Undefined for a bug, of which it is told nothing. */
export function errorAnswer(error: unknown): ErrorAnswer | undefined {
  if (error instanceof ApiError) {
    const { code, message } = error
    return { status: API_STATUS[code], body: { error: { code, message, retryable: code === 'too-many-readers' } } }
  }
  const known = publicError(error)
  return known === undefined ? undefined : { status: STATUS[known.code] ?? 500, body: { error: known } }
}

export const INTERNAL: ErrorAnswer = {
  status: 500,
  body: { error: { code: 'internal', message: 'a bug in the node; its log says more', retryable: false } },
}
