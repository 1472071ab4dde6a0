import { z } from '@hono/zod-openapi'
import { MAX_NAME_LENGTH } from '@stoa/broadcast'

// Limits are those of measure(), which says them when they are passed.

const ms = z.number().describe('ms')
const delays = z.object({ count: z.int(), min: ms, mean: ms, p50: ms, p90: ms, p99: ms, max: ms })

export const propagationSchema = z.strictObject({
  topic: z.string().max(MAX_NAME_LENGTH).optional().describe('nodes on this topic are measured; default: all'),
  count: z.number().optional().describe('probes, 1 to 10,000; default 100'),
  bytes: z.number().optional().describe('length of a probe, 64 to 60,000 bytes; default 1,024'),
  intervalMs: z.number().optional().describe('between two probes, in ms; default 100'),
  answerMs: z
    .number()
    .optional()
    .describe('receivers answer at a random moment of this time, up to 60,000 ms; default 1,000'),
  share: z.number().optional().describe('the share of the receivers that shall answer, above 0 up to 1; default 1'),
  receivers: z.number().optional().describe('ends the wait when so many have answered, up to 10,000'),
})

export const propagationReportSchema = z
  .object({
    topic: z.string(),
    probes: z.object({ sent: z.int(), bytes: z.int(), intervalMs: ms }),
    delaysMs: delays.optional().describe('from publishing here to arrival there; missing when nobody answered'),
    distribution: z
      .array(z.tuple([ms, z.number()]))
      .describe('[delay in ms, share of deliveries that took no longer], at most 101'),
    receivers: z.int().describe('nodes that answered'),
    reached: z.number().describe('mean share of the probes that reached them'),
    duplicates: z.number().describe('copies beyond the first, mean for each receiver and probe'),
    bytesPerDelivery: z.number().describe('bytes of messages for each probe delivered, copies included'),
    discarded: z
      .object({
        arrivals: z.int().describe('that cannot have been'),
        answers: z.int().describe('of the wrong form, a second one of a node, or one too many'),
        withoutClock: z.int().describe('of nodes whose clock could not be asked'),
      })
      .describe('what is in no figure'),
    peers: z.array(
      z.object({
        peer: z.string(),
        received: z.int(),
        delaysMs: delays.optional(),
        duplicates: z.number().describe('copies beyond the first of each probe, all together'),
        rttMs: ms.describe('smallest round trip; half of it bounds the error of the delays'),
        clockOffsetMs: ms.describe('its clock less ours'),
      }),
    ),
  })
  .openapi('PropagationReport')

export const peerMeasureSchema = z.strictObject({
  bytes: z
    .number()
    .optional()
    .describe('bytes to send and to fetch, up to 67,108,864; 0: no test of the throughput; default 8,388,608'),
})

export const peerReportSchema = z
  .object({
    peer: z.string(),
    rttMs: delays,
    throughput: z.object({
      sendBytesPerSecond: z.number(),
      receiveBytesPerSecond: z.number(),
      bytes: z.int().describe('each way'),
    }),
    clockOffsetMs: ms.describe('its clock less ours'),
    clockErrorMs: ms.describe('by how much that may be wrong'),
  })
  .openapi('PeerReport')
