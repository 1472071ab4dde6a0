import { errorSchema } from './schemas.ts'
import type { z } from '@hono/zod-openapi'

// What the descriptions of routes have in common.

export const PROBLEM = { content: { 'application/json': { schema: errorSchema } } }
export const SECURITY = [{ token: [] }]
export const REFUSED = {
  400: { description: 'something in the request is wrong', ...PROBLEM },
  401: { description: 'the token is missing or wrong', ...PROBLEM },
  403: { description: 'the request comes from a web page, or for another host', ...PROBLEM },
}
export const TOO_LARGE = {
  413: { description: 'the text or the body is too long', ...PROBLEM },
  415: { description: 'the body is not JSON', ...PROBLEM },
}
export function answer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { 200: { description, content: { 'application/json': { schema } } } }
}

export function body<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { 'application/json': { schema } } } }
}
