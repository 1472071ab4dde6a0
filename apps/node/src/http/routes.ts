import { createRoute } from '@hono/zod-openapi'
import { PROBLEM, REFUSED, SECURITY, TOO_LARGE, answer, body } from './route-parts.ts'
import * as schemas from './schemas.ts'

// The description of the API, of which /openapi.json is made. http/app.ts has the handlers.

const PEER_FAILED = {
  404: { description: 'no address of the peer is known', ...PROBLEM },
  502: { description: 'the peer did not do as asked; code says why', ...PROBLEM },
  504: { description: 'no answer in time', ...PROBLEM },
}

export const getStatus = createRoute({
  method: 'get',
  path: '/v1/status',
  summary: 'The node: its identity, addresses, connections and topics',
  security: SECURITY,
  responses: { ...answer(schemas.statusSchema, 'the node'), ...REFUSED },
})

export const getPeers = createRoute({
  method: 'get',
  path: '/v1/peers',
  summary: 'Connected peers, or all known ones',
  security: SECURITY,
  request: { query: schemas.peersQuery },
  responses: { ...answer(schemas.peersSchema, 'peers, connected ones first'), ...REFUSED },
})

export const postConnect = createRoute({
  method: 'post',
  path: '/v1/connect',
  summary: 'Connect to a peer',
  security: SECURITY,
  request: body(schemas.connectSchema),
  responses: { ...answer(schemas.connectedSchema, 'connected'), ...REFUSED, ...TOO_LARGE, ...PEER_FAILED },
})

export const postPing = createRoute({
  method: 'post',
  path: '/v1/ping/{peer}',
  summary: 'Measure a round trip to a peer',
  security: SECURITY,
  request: { params: schemas.peerParam, ...body(schemas.pingSchema) },
  responses: { ...answer(schemas.pongSchema, 'it answered'), ...REFUSED, ...TOO_LARGE, ...PEER_FAILED },
})

export const postDirect = createRoute({
  method: 'post',
  path: '/v1/direct/{peer}',
  summary: 'Send a text to one peer, which confirms it',
  security: SECURITY,
  request: { params: schemas.peerParam, ...body(schemas.textSchema) },
  responses: { ...answer(schemas.sentSchema, 'the peer has it'), ...REFUSED, ...TOO_LARGE, ...PEER_FAILED },
})

export const postBroadcast = createRoute({
  method: 'post',
  path: '/v1/broadcast/{topic}',
  summary: 'Publish a text on a topic',
  security: SECURITY,
  request: { params: schemas.topicParam, ...body(schemas.textSchema) },
  responses: { ...answer(schemas.publishedSchema, 'it is on its way'), ...REFUSED, ...TOO_LARGE },
})

export const getEvents = createRoute({
  method: 'get',
  path: '/v1/events',
  summary: 'What happens, as server-sent events',
  description:
    'Without a query: everything. `Last-Event-ID` resumes after that event; a `gap` event says how many were lost, when ' +
    'the reader was too slow or away too long, and `missed: null` when the node was started anew.',
  security: SECURITY,
  request: { query: schemas.eventsQuery },
  responses: {
    200: {
      description: '`listening`, then each event: its name, an id, and one line of JSON',
      content: { 'text/event-stream': { schema: { type: 'string' as const } } },
    },
    ...REFUSED,
    503: { description: 'too many readers or topics', ...PROBLEM },
  },
})

export const getMetrics = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'Prometheus metrics',
  security: SECURITY,
  responses: {
    200: { description: 'text format 0.0.4', content: { 'text/plain': { schema: schemas.metricsSchema } } },
    ...REFUSED,
  },
})
