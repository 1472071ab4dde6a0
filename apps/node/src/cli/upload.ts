import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import type { IncomingMessage } from 'node:http'

/**
 * Sends a body of any length. With node:http, since fetch loses an answer that comes before the body is sent whole, and that is how the node
 * refuses one.
 */
export async function upload(url: URL, token: string, source: AsyncIterable<Uint8Array>): Promise<Response> {
  const sending = request(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    agent: false,
  })
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>
  try {
    const isAnswered = answered.then(() => true)
    // told below
    isAnswered.catch(() => {})
    for await (const chunk of source) {
      if (sending.write(chunk)) continue
      if (await Promise.race([once(sending, 'drain').then(() => false), isAnswered])) break
    }
    sending.end()
  } catch (error) {
    // what the source throws is the reason, and not what becomes of the request
    answered.catch(() => {})
    sending.destroy()
    throw error
  }
  const [response] = await answered
  const body = Readable.toWeb(response) as ReadableStream<Uint8Array>
  return new Response(body, { status: response.statusCode ?? 500 })
}
