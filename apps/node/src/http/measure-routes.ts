import { createRoute } from '@hono/zod-openapi'
import * as schemas from './measure-schemas.ts'
import { PROBLEM, REFUSED, SECURITY, TOO_LARGE, body } from './route-parts.ts'
import { peerParam } from './schemas.ts'

// The description of the part of the API that measures. http/measure-app.ts has the handlers.

const NOT_MEASURED = {
  404: {
    description: 'nobody to measure with: no node is on the topic, or no address of the peer is known',
    ...PROBLEM,
  },
  409: { description: 'this node measures already', ...PROBLEM },
  502: { description: 'the peer did not do as asked; code says why', ...PROBLEM },
  503: { description: 'the node stops, or has too many topics open', ...PROBLEM },
  504: { description: 'no answer in time', ...PROBLEM },
}

export const postPropagation = createRoute({
  method: 'post',
  path: '/v1/measure/propagation',
  summary: 'Send probes through the network and hear how long they took, whom they reached and what they cost',
  description:
    'With `Accept: text/event-stream` it answers with `progress` events and a last event that is `report` or `error`; otherwise with the report when ' +
    'it is there. A client that leaves ends the measurement.',
  security: SECURITY,
  request: body(schemas.propagationSchema),
  responses: {
    200: {
      description: 'the report, or the events that lead to it',
      content: {
        'application/json': { schema: schemas.propagationReportSchema },
        'text/event-stream': { schema: { type: 'string' as const } },
      },
    },
    ...REFUSED,
    ...TOO_LARGE,
    ...NOT_MEASURED,
  },
})

export const postMeasurePeer = createRoute({
  method: 'post',
  path: '/v1/measure/peer/{peer}',
  summary: 'Measure the round trip, the throughput and the clock of one peer',
  security: SECURITY,
  request: { params: peerParam, ...body(schemas.peerMeasureSchema) },
  responses: {
    200: { description: 'the report', content: { 'application/json': { schema: schemas.peerReportSchema } } },
    ...REFUSED,
    ...TOO_LARGE,
    ...NOT_MEASURED,
  },
})
