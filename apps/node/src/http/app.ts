import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { limitBody } from './body-limit.ts'
import { eventFilter } from './event-filter.ts'
import { ApiError, INTERNAL, errorAnswer } from './errors.ts'
import { createGuard } from './guard.ts'
import { addMail } from './mail-app.ts'
import { MAIL_PATH } from './mail-routes.ts'
import { addMeasure } from './measure-app.ts'
import { addOffers } from './offers-app.ts'
import { IMPORT_PATH, LOAD_PATH, OFFERS_PATH } from './offers-routes.ts'
import * as routes from './routes.ts'
import type { Context } from 'hono'
import type { EventStreams } from './event-stream.ts'
import type { Node } from '../node/node.ts'

/** The longest request body, in bytes. */
const MAX_BODY_BYTES = 65_536
/** The same where it holds an offer or a letter, whose bytes may need several characters each. */
const MAX_OFFER_BYTES = 262_144
const MAX_IMPORT_BYTES = 4_194_304

export interface AppInit {
  node: Node
  streams: EventStreams
  token: string
  /** Of the server; known once it listens. */
  port: () => number
  version: string
  /** Errors of the process that nobody waited for. */
  strayErrors: () => { expected: number; unexpected: number }
  metrics: { contentType: string; metrics(): Promise<string> }
  areMetricsOpen: boolean
  /** Told of bugs, of which the client is told nothing. */
  onBug: (error: unknown) => void
}

/** The API. No decision is made here: it checks who asks and what, and passes it to the node. */
export function createApp(init: AppInit): OpenAPIHono {
  const { node, streams, port, version } = init
  const app = new OpenAPIHono({
    defaultHook: result => {
      if (!result.success) throw new ApiError('bad-request', explain(result.error.issues, result.target))
    },
  })
  const guard = createGuard({ token: init.token, port, open: init.areMetricsOpen ? ['/metrics'] : [] })

  app.use(async (c, next) => {
    // a browser must not guess at what it got
    c.header('x-content-type-options', 'nosniff')
    c.header('cache-control', 'no-store')
    guard({ path: c.req.path, header: name => c.req.header(name) })
    if (c.req.method === 'POST')
      requireType(c, c.req.path === LOAD_PATH ? 'application/octet-stream' : 'application/json')
    await next()
  })
  const limited = limitBody(MAX_BODY_BYTES)
  const limits = new Map([
    [OFFERS_PATH, limitBody(MAX_OFFER_BYTES)],
    [MAIL_PATH, limitBody(MAX_OFFER_BYTES)],
    [IMPORT_PATH, limitBody(MAX_IMPORT_BYTES)],
  ])
  app.use(async (c, next) => {
    if (c.req.path === LOAD_PATH) return await next()
    return await (limits.get(c.req.path) ?? limited)(c, next)
  })

  app.openapi(routes.getStatus, c =>
    c.json(
      {
        ...node.status(),
        version,
        pid: process.pid,
        startedMs: node.startedMs,
        events: { last: node.events.last, readers: streams.readers },
        errors: init.strayErrors(),
      },
      200,
    ),
  )
  app.openapi(routes.getPeers, c => c.json({ peers: node.peers(c.req.valid('query').all === '1') }, 200))
  app.openapi(routes.postConnect, async c => {
    const { address, timeoutMs } = c.req.valid('json')
    return c.json(await node.connect(address, { timeoutMs, signal: c.req.raw.signal }), 200)
  })
  app.openapi(routes.postPing, async c => {
    const { timeoutMs } = c.req.valid('json')
    return c.json(await node.ping(c.req.valid('param').peer, { timeoutMs, signal: c.req.raw.signal }), 200)
  })
  app.openapi(routes.postDirect, async c => {
    const sending = { ...c.req.valid('json'), signal: c.req.raw.signal }
    return c.json(await node.send(c.req.valid('param').peer, sending), 200)
  })
  app.openapi(routes.postBroadcast, async c => {
    const sending = { ...c.req.valid('json'), signal: c.req.raw.signal }
    return c.json(await node.broadcast(c.req.valid('param').topic, sending), 200)
  })
  app.openapi(routes.getEvents, c => {
    const stream = streams.open(eventFilter(c.req.valid('query')), c.req.header('last-event-id'))
    return c.body(stream, 200, { 'content-type': 'text/event-stream' })
  })
  addOffers(app, node.offers)
  addMail(app, node.mail)
  addMeasure(app, node, init.onBug)
  app.openapi(routes.getMetrics, async c =>
    c.text(await init.metrics.metrics(), 200, { 'content-type': init.metrics.contentType }),
  )

  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'The content of `api-token` in the data directory of the node.',
  })
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Stoa node', version, description: 'The local API of a Stoa node: docs/guides/run-a-node.md' },
  })

  app.notFound(c => {
    const message = `${c.req.method} ${c.req.path} is not part of this API; /openapi.json lists what is`
    return c.json({ error: { code: 'no-such-route', message, retryable: false } }, 404)
  })
  app.onError((error, c) => {
    // hono's own: JSON that does not parse
    const known = error instanceof HTTPException ? new ApiError('bad-request', error.message) : error
    const answer = errorAnswer(known)
    if (answer === undefined) init.onBug(error)
    const { status, body } = answer ?? INTERNAL
    return c.json(body, status)
  })
  return app
}

/** A form that a web page can post without asking first is neither. */
function requireType(c: Context, wanted: string): void {
  const type = c.req.header('content-type') ?? ''
  if (type.split(';')[0]!.trim().toLowerCase() === wanted) return
  throw new ApiError(
    'unsupported-media-type',
    `content type is ${JSON.stringify(type.slice(0, 100))}, it takes ${wanted}`,
  )
}

interface Issue {
  path: PropertyKey[]
  message: string
}

function explain(issues: readonly Issue[], target: string): string {
  const where = target === 'json' ? 'body' : target
  return issues.map(({ path, message }) => `${[where, ...path.map(String)].join('.')}: ${message}`).join('; ')
}
