import { broadcast } from '@stoa/broadcast'
import { bytes } from '@stoa/codec'
import { createNode } from '@stoa/testkit'
import { addressOf, cables, indexOf } from './link/cable-transport.ts'
import { silence } from './silence.ts'
import type { RPC } from '@libp2p/gossipsub/message'
import type { Connection, PeerId } from '@libp2p/interface'
import type { BroadcastService, Topic } from '@stoa/broadcast'
import type { Random, TestNode } from '@stoa/testkit'
import type { Collector } from './collector.ts'
import type { Cabling } from './link/cabling.ts'
import type { NetworkSettings } from './settings.ts'

/** A node as an application has it: libp2p, identify, broadcast, one topic and a reader of it. */
export interface SimulatedNode {
  readonly libp2p: TestNode<{ broadcast: BroadcastService }>
  readonly topic: Topic<Uint8Array>
  /** The first peer in its mesh, on the dilated clock. Undefined before. */
  meshedMs: number | undefined
}

/** Messages that a reader may fall behind by, on a machine that is behind itself: as many as a run of some length publishes. */
const MAX_BUFFERED = 1_000_000

/** In ms. libp2p's 6 to 10 s are not enough for the ten round trips of a connection over Tor, or over links that lose a lot. */
const SHAKE_HANDS_MS = 120_000
const TIMEOUTS = {
  dialTimeout: SHAKE_HANDS_MS,
  addressDialTimeout: SHAKE_HANDS_MS,
  inboundUpgradeTimeout: SHAKE_HANDS_MS,
  outboundStreamProtocolNegotiationTimeout: SHAKE_HANDS_MS,
  inboundStreamProtocolNegotiationTimeout: SHAKE_HANDS_MS,
}

export async function simulatedNode(
  index: number,
  settings: NetworkSettings,
  source: Random,
  cabling: Cabling,
  collector: Collector,
): Promise<SimulatedNode> {
  const libp2p = await createNode<{ broadcast: BroadcastService }>({
    kind: 'memory',
    transport: cables(cabling, index),
    encryption: 'plaintext',
    random: source.fork(`node ${index}`),
    services: {
      broadcast: broadcast({ network: 'simulation', gossipsub: settings.gossip, maxBufferedMessages: MAX_BUFFERED }),
    },
    libp2p: {
      addresses: { listen: [addressOf(index).toString()] },
      logger: silence(),
      // what it would measure is told below: its pings, on a new stream each, would be a tenth of all work
      connectionMonitor: { enabled: false },
      connectionManager: TIMEOUTS,
    },
  })
  const service = libp2p.services.broadcast
  const topic = service.topic('messages', bytes)
  const node: SimulatedNode = { libp2p, topic, meshedMs: undefined }
  libp2p.addEventListener('connection:open', ({ detail }) => tellRoundTrip(detail, index, cabling))
  countCopies(service, index, collector)
  service.pubsub.addEventListener('gossipsub:graft', () => (node.meshedMs ??= performance.now()))
  void read(topic, index, collector)
  return node
}

/** When libp2p's connection monitor pings first, in ms. */
const MONITOR_MS = 10_000

/** Near peers are preferred by it. */
function tellRoundTrip(connection: Connection, index: number, cabling: Cabling): void {
  const rtt = 2 * cabling.link(index, indexOf(connection.remoteAddr)).latencyMs
  cabling.time.setTimeout(() => (connection.rtt = rtt), MONITOR_MS)
}

async function read(topic: Topic<Uint8Array>, index: number, collector: Collector): Promise<void> {
  for await (const message of topic) collector.deliver(message.value, index, performance.now())
}

/** The gate counts the copies of all messages together; plots want those of each. */
function countCopies(service: BroadcastService, index: number, collector: Collector): void {
  const router = service.pubsub as unknown as { handleReceivedRpc: (from: PeerId, rpc: RPC) => Promise<void> }
  const handle = router.handleReceivedRpc
  router.handleReceivedRpc = (from, rpc) => {
    for (const { data } of rpc.messages) if (data != null) collector.arrived(data, index)
    return handle(from, rpc)
  }
}
