import { createAdaptorServer } from '@hono/node-server'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { IncomingMessage, Server } from 'node:http'
import type { Endpoint } from '../config/endpoint.ts'

/** Bounds of the server; all that send requests are programs of one machine. */
const MAX_CONNECTIONS = 64
const MAX_HEADER_BYTES = 8_192
const MAX_HEADERS = 64
/** A request must have arrived whole after this, in ms, unless it is a long one. It does not bound the answer. */
const REQUEST_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 5_000
const CHECK_INTERVAL_MS = 2_000
/** Answers that are under way may take so long after `close`, in ms. */
const CLOSE_GRACE_MS = 1_000

export class ListenError extends Error {
  override name = 'ListenError'
  readonly code = 'listen-failed'
  readonly retryable = true

  constructor({ host, port }: Endpoint, cause: NodeJS.ErrnoException) {
    const why = cause.code === 'EADDRINUSE' ? 'the port is taken; --api takes another' : cause.message
    super(`the API cannot listen on ${host}:${port}: ${why}`, { cause })
  }
}

export interface ApiServer {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** @throws {ListenError} */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  endpoint: Endpoint,
  init: { isLong?: (path: string) => boolean; requestTimeoutMs?: number } = {},
): Promise<ApiServer> {
  const { isLong = () => false, requestTimeoutMs = REQUEST_TIMEOUT_MS } = init
  const server = createAdaptorServer({
    fetch,
    overrideGlobalObjects: false,
    serverOptions: {
      maxHeaderSize: MAX_HEADER_BYTES,
      // of each request for itself: see below
      requestTimeout: 0,
      headersTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
  }) as Server
  server.prependListener('request', (incoming: IncomingMessage) => {
    if (!isLong(incoming.url ?? '')) endUnlessArrived(incoming, requestTimeoutMs)
  })
  server.maxConnections = MAX_CONNECTIONS
  server.maxHeadersCount = MAX_HEADERS
  server.listen({ host: endpoint.host, port: endpoint.port, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new ListenError(endpoint, cause as NodeJS.ErrnoException)
  }
  const { port } = server.address() as AddressInfo
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  return { url: `http://${host}:${port}`, port, close: () => close(server) }
}

/** Node has this for all requests alone, and a file of offers may take longer. */
function endUnlessArrived(incoming: IncomingMessage, timeoutMs: number): void {
  const timer = setTimeout(() => {
    if (!incoming.complete) incoming.socket.destroy()
  }, timeoutMs)
  timer.unref()
  incoming.once('close', () => clearTimeout(timer))
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
  await closed
  clearTimeout(timer)
}
