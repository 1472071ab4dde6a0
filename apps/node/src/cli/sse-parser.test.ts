import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEvents } from './sse-parser.ts'
import type { ServerEvent } from './sse-parser.ts'

const STREAM =
  'retry: 1000\n\n: nothing new\n\nevent: direct\nid: a-1\ndata: {"text":"ü"}\n\nid: a-2\ndata: {}\n\nevent: cut'

test('events are the same wherever the stream is cut', async () => {
  const bytes = new TextEncoder().encode(STREAM)
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat({ max: bytes.byteLength })), async cuts => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.byteLength]
      const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge))
      const stream = new ReadableStream<Uint8Array>({
        start: controller => {
          for (const chunk of chunks) controller.enqueue(chunk)
          controller.close()
        },
      })
      const events: ServerEvent[] = []
      for await (const event of readEvents(stream)) events.push(event)
      expect(events).toEqual([
        { event: 'direct', id: 'a-1', data: '{"text":"ü"}' },
        { event: 'message', id: 'a-2', data: '{}' },
      ])
    }),
  )
})
