import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { piecesOf } from './body-pieces.ts'
import { listen } from './server.ts'
import type { IncomingMessage } from 'node:http'
import type { ApiServer } from './server.ts'

let server: ApiServer
beforeAll(async () => {
  const answer = async (asked: Request): Promise<Response> => {
    let bytes = 0
    for await (const piece of piecesOf(asked.body)) bytes += piece.byteLength
    return new Response(String(bytes))
  }
  const isLong = (path: string): boolean => path === '/long'
  server = await listen(answer, { host: '127.0.0.1', port: 0 }, { isLong, requestTimeoutMs: 50 })
})
afterAll(() => server.close())

function post(path: string) {
  const asked = request(new URL(path, server.url), { method: 'POST', agent: false })
  asked.write('1234')
  return asked
}

test('a request that never arrives whole is ended', async () => {
  const asked = post('/')
  const [error] = (await once(asked, 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ECONNRESET')
})

test('a long one may take its time, while another is ended', async () => {
  const long = post('/long')
  await once(post('/'), 'error')
  long.end('5678')
  const [response] = (await once(long, 'response')) as [IncomingMessage]
  expect(await text(response)).toBe('8')
})

test('a body that stops coming is an error for whoever reads it', async () => {
  const silent = new ReadableStream<Uint8Array>({ start: controller => controller.enqueue(Uint8Array.of(1)) })
  const pieces = piecesOf(silent, 20)
  expect(await pieces.next()).toMatchObject({ value: Uint8Array.of(1) })
  await expect(pieces.next()).rejects.toMatchObject({ code: 'too-slow' })
})
