import { randomBytes } from 'node:crypto'
import { createStack } from '@stoa/stack'
import { parseEndpoint } from './config/endpoint.ts'
import { newToken, removeAccess, writeAccess } from './data/access.ts'
import { createMetrics, observeNode } from './metrics/metrics.ts'
import { createNode } from './node/node.ts'
import { torInit } from './tor/tor-init.ts'
import { TorReport } from './tor/tor-report.ts'
import { EventLog } from './events/event-log.ts'
import type { Endpoint } from './config/endpoint.ts'
import type { NodeConfig } from './config/options.ts'
import type { ApiServer } from './http/server.ts'
import type { Node } from './node/node.ts'
import type { StrayErrors } from './process/stray-errors.ts'
import type { Stack } from '@stoa/stack'
import type { Registry } from 'prom-client'

export interface RunInit {
  version: string
  strayErrors: StrayErrors
  log: (text: string) => void
  /** Gives up while Tor starts, which may take minutes. */
  signal?: AbortSignal
}

/** A node with its API, or without. */
export interface RunningNode {
  readonly peerId: string
  readonly network: string
  readonly addresses: () => string[]
  /** URL of the API; undefined when it is off. */
  readonly api: string | undefined
  readonly events: EventLog
  /** Position before the first event. */
  readonly firstEvent: string
  close(): Promise<void>
}

/**
 * The data directory's lock comes first: the files of the API are written only by the node that holds it.
 * @throws {StackError | ListenError}
 */
export async function runNode(config: NodeConfig, init: RunInit): Promise<RunningNode> {
  const { api, data, topics, network, listen, announce, bootstrap, mdns, nat, targetPeers, limits, offers, mailbox } =
    config
  const measure = config.measure ? {} : false
  const stackOptions = {
    network,
    listen,
    announce,
    bootstrap,
    mdns,
    nat,
    targetPeers,
    limits,
    offers,
    mailbox,
    measure,
  }
  const endpoint = api === 'off' ? undefined : parseEndpoint(api)
  const metrics = endpoint === undefined ? undefined : createMetrics(data)
  const closing = new AsyncDisposableStack()
  const events = new EventLog({ run: randomBytes(6).toString('hex') })
  const report = new TorReport({ events, log: init.log })
  try {
    const libp2p = metrics === undefined ? {} : { metrics: metrics.libp2pMetrics }
    const tor = await torInit(config, { onBootstrap: report.onBootstrap, signal: init.signal })
    const stack = closing.use(await createStack({ ...stackOptions, dataDir: data, tor, libp2p }))
    const node = await createNode(stack, { events, topics, onMeasured: metrics?.onMeasured })
    closing.defer(() => node.close())
    if (stack.tor !== undefined) report.watch(stack.tor)
    closing.defer(() => report.close())
    const server =
      endpoint === undefined
        ? undefined
        : await serve(node, { stack, config, endpoint, closing, registry: metrics!.registry, ...init })
    return {
      peerId: String(stack.peerId),
      network: stack.network,
      addresses: () => stack.libp2p.getMultiaddrs().map(String),
      api: server?.url,
      events: node.events,
      firstEvent: `${node.events.run}-0`,
      close: () => closing.disposeAsync(),
    }
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

interface Serving extends RunInit {
  stack: Stack
  config: NodeConfig
  endpoint: Endpoint
  registry: Registry
  closing: AsyncDisposableStack
}

async function serve(node: Node, init: Serving): Promise<ApiServer> {
  const { stack, config, endpoint, registry, closing, version, strayErrors } = init
  const [{ createApp }, { LOAD_PATH }, { EventStreams }, { listen }] = await Promise.all([
    import('./http/app.ts'),
    import('./http/offers-routes.ts'),
    import('./http/event-stream.ts'),
    import('./http/server.ts'),
  ])
  const streams = new EventStreams(node)
  const token = newToken()
  observeNode(registry, { stack, node, strayErrors, readers: () => streams.readers })
  let port = 0
  const app = createApp({
    node,
    streams,
    token,
    port: () => port,
    version,
    strayErrors: () => strayErrors.counts,
    metrics: registry,
    areMetricsOpen: config.metricsWithoutToken,
    onBug: error => strayErrors.add(error),
  })
  const server = await listen(app.fetch, endpoint, { isLong: path => path === LOAD_PATH })
  port = server.port
  closing.defer(() => server.close())
  // event streams end before the server waits for its connections
  closing.defer(() => node.events.close())
  closing.defer(() => removeAccess(config.data))
  await writeAccess(config.data, { url: server.url, pid: process.pid, token })
  return server
}
