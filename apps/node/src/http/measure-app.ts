import { taskEvents } from './task-events.ts'
import * as routes from './measure-routes.ts'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { PropagationProgress } from '@stoa/measure'
import type { Node } from '../node/node.ts'

/** The routes that measure. `onBug` is told of errors of which the client is told nothing. */
export function addMeasure(
  app: OpenAPIHono,
  { measure }: Pick<Node, 'measure'>,
  onBug: (error: unknown) => void,
): void {
  app.openapi(routes.postPropagation, async c => {
    const options = c.req.valid('json')
    const leaving = c.req.raw.signal
    if (!(c.req.header('accept') ?? '').includes('text/event-stream')) {
      return c.json(await measure.propagation({ ...options, signal: leaving }), 200)
    }
    const events = await taskEvents<PropagationProgress, unknown>(
      ({ signal, onProgress }) => measure.propagation({ ...options, signal, onProgress }),
      { signal: leaving, onBug },
    )
    return c.body(events, 200, { 'content-type': 'text/event-stream' })
  })
  app.openapi(routes.postMeasurePeer, async c => {
    const options = { ...c.req.valid('json'), signal: c.req.raw.signal }
    return c.json(await measure.peer(c.req.valid('param').peer, options), 200)
  })
}
