import { z } from '@hono/zod-openapi'
import { MAX_CONTENT_TYPE_LENGTH, MAX_TEXT_BYTES, isContentType } from '../messages/text.ts'

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'not-found' }),
      message: z.string(),
      retryable: z.boolean().describe('whether the same request can succeed later'),
    }),
  })
  .openapi('Error')

export const statusSchema = z
  .object({
    peerId: z.string(),
    network: z.string(),
    version: z.string(),
    pid: z.int(),
    startedMs: z.number().describe('ms since 1970'),
    addresses: z.array(z.string()).describe('multiaddrs where others reach this node'),
    connections: z.object({ inbound: z.int(), outbound: z.int() }),
    peers: z.object({
      connected: z.int(),
      members: z.int().describe('connected peers of our network'),
      target: z.int(),
      known: z.int().describe('peers in the address book'),
    }),
    topics: z.array(
      z.object({
        name: z.string(),
        subscribers: z.int(),
        meshSize: z.int(),
        delivered: z.int(),
        published: z.int(),
        rejected: z.int(),
      }),
    ),
    replicas: z.array(
      z.object({
        name: z.string().describe('offers, leases, letters or mail-keys'),
        entries: z.int().describe('held, removals too'),
        live: z.int(),
        chargedBytes: z.number().describe('of the budget'),
        budgetBytes: z.number(),
        priceBits: z.number().describe('bits that a stamp for 1 KiB for a day must have now; 0: nothing to pay'),
        sessions: z.int().describe('synchronizations under way'),
        lastSyncMs: z.number().nullable(),
        readOnly: z.string().nullable().describe('why the store takes no writes'),
        clockOffsetMs: z.number().nullable().describe('how far this clock is ahead of the median of the peers’'),
      }),
    ),
    mail: z.object({
      unread: z.int().describe('letters of the inbox that are not acknowledged'),
      outbox: z
        .object({ queued: z.int(), stored: z.int(), delivered: z.int(), expired: z.int(), failed: z.int() })
        .describe('letters that this node sent, by what became of them'),
    }),
    tor: z
      .object({
        state: z.enum(['starting', 'up', 'down', 'stopped']),
        percent: z.number().describe('how far it is in its network'),
        summary: z.string().describe('what it is at, in its own words'),
        onion: z.string().describe('multiaddr of the onion service'),
        isReachable: z.boolean().describe('whether others can find it'),
        hasProofOfWork: z.boolean().nullable().describe('whether a flood of connections has to pay with work'),
        restarts: z.int(),
        reason: z.string().nullable().describe('why it is down'),
      })
      .nullable()
      .describe('of a node in Tor'),
    refusedAddresses: z.int().describe('addresses that peers told of and that are not allowed here, each time'),
    firstSync: z
      .object({ peer: z.string(), received: z.int(), expected: z.int(), done: z.boolean() })
      .nullable()
      .describe('of the offers, since the start'),
    events: z.object({
      last: z.int().describe('events since the start'),
      readers: z.int(),
    }),
    errors: z.object({
      expected: z.int().describe('connections that ended in an error nobody waited for'),
      unexpected: z.int().describe('bugs; the log says more'),
    }),
  })
  .openapi('Status')

export const peersSchema = z
  .object({
    peers: z.array(
      z.object({
        peer: z.string(),
        isConnected: z.boolean(),
        direction: z.enum(['inbound', 'outbound']).nullable(),
        standing: z.enum(['unknown', 'member', 'stranger']).nullable(),
        connections: z.array(z.string()).describe('remote multiaddrs of the open connections'),
        connectedMs: z.number().nullable(),
        source: z.string().nullable().describe('how it was first heard of'),
        addresses: z.array(z.string()).describe('where it may be dialled'),
        lastSuccessMs: z.number().nullable(),
        failures: z.int(),
      }),
    ),
  })
  .openapi('Peers')

export const metricsSchema = z.string()

const timeoutMs = z.int().min(1).max(300_000).optional().describe('gives up after this many ms')

export const connectSchema = z.strictObject({
  address: z.string().min(1).max(512).describe('a multiaddr, or the id of a peer whose addresses are known'),
  timeoutMs,
})
export const connectedSchema = z.object({ peer: z.string(), address: z.string() }).openapi('Connected')

export const pingSchema = z.strictObject({ timeoutMs })
export const pongSchema = z.object({ peer: z.string(), rttMs: z.number() }).openapi('Pong')

export const textSchema = z.strictObject({
  text: z
    .string()
    .max(MAX_TEXT_BYTES)
    .describe(`at most ${MAX_TEXT_BYTES.toLocaleString('en')} bytes of UTF-8`),
  contentType: z
    .string()
    .max(MAX_CONTENT_TYPE_LENGTH)
    .refine(isContentType, 'not a media type such as text/plain')
    .optional()
    .describe('media type of the text; default text/plain'),
  timeoutMs,
})
export const sentSchema = z
  .object({ peer: z.string(), sentMs: z.number(), rttMs: z.number().describe('until the peer confirmed it') })
  .openapi('Sent')
export const publishedSchema = z
  .object({
    topic: z.string(),
    id: z.string(),
    sentMs: z.number(),
    recipients: z.int().describe('peers it was handed to; they pass it on. 0: nobody connected is on the topic'),
    duplicate: z.boolean(),
  })
  .openapi('Published')

export const peerParam = z.object({
  peer: z
    .string()
    .min(1)
    .max(512)
    .openapi({
      param: { name: 'peer', in: 'path' },
      description: 'a peer id, or a multiaddr (percent-encoded)',
      example: '12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1',
    }),
})
export const topicParam = z.object({
  topic: z
    .string()
    .min(1)
    .max(128)
    .openapi({ param: { name: 'topic', in: 'path' }, example: 'lobby' }),
})

const flag = z.enum(['0', '1']).optional()
export const peersQuery = z.object({
  all: flag.openapi({ description: '1: known peers too, not only connected ones' }),
})

/** Topics, and markets, that one reader may follow. */
export const MAX_TOPICS_PER_READER = 16
export const eventsQuery = z.object({
  topic: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .openapi({ description: 'messages of this topic, which the node joins for as long; may be given more than once' }),
  market: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .openapi({ description: 'what happens to offers of this market; may be given more than once' }),
  offers: flag.openapi({ description: '1: what happens to offers of all markets' }),
  sync: flag.openapi({ description: '1: synchronization of the offers, and what the store and the clock are like' }),
  direct: flag.openapi({ description: '1: messages to this node' }),
  mail: flag.openapi({ description: '1: letters that come, and what becomes of those that were sent' }),
  peers: flag.openapi({ description: '1: connections and addresses' }),
})
