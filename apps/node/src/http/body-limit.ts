import { ApiError } from './errors.ts'
import type { MiddlewareHandler } from 'hono'

/**
 * Refuses a body over a limit. Hono's own makes a new Request of one whose length is not told, which it cannot while the global ones are
 * left as they are.
 */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.header('transfer-encoding') !== undefined) {
      // Where Hono looks first. Its type says what the promise is of.
      const body = Promise.resolve(await readBody(c.req.raw.body, maxBytes))
      c.req.bodyCache.arrayBuffer = body as unknown as ArrayBuffer
    } else if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
    await next()
  }
}

async function readBody(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole.buffer
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError('too-large', `the body is over the limit of ${maxBytes.toLocaleString('en')} bytes`)
}
