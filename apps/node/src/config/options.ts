import { wireTopicOf } from '@stoa/broadcast'
import { optionsSchema } from '@stoa/stack'
import { z } from 'zod'
import { parseEndpoint } from './endpoint.ts'

/** Where a node keeps its data unless told otherwise. */
export const DEFAULT_DATA = '.stoa'
const DEFAULT_API = '127.0.0.1:0'

const count = z.int().min(1)
const endpoint = z.string().min(1).optional()

/** Options of offers(). Those of a network have to be the same on all of its nodes. */
const offers = z
  .strictObject({
    defaultTtlMs: count.optional().describe('how long an offer is valid unless it says so, in ms'),
    leaseMs: count.optional().describe('how long after its last word this node counts as gone, in ms'),
    budgetBytes: count.optional().describe('what offers may take, in bytes'),
    leaseBudgetBytes: count.optional().describe('what presence leases may take, in bytes'),
    maxBodyBytes: count.optional().describe('of the network: longest offer, in bytes'),
    maxTtlMs: count.optional().describe('of the network: longest time that an offer may be valid, in ms'),
    maxPerOwner: count.optional().describe('of the network: offers of one owner in one market'),
    maxLeaseMs: count.optional().describe('of the network: longest presence lease, in ms'),
  })
  .default({})
  .describe('options of offers, by name: defaultTtlMs, leaseMs, budgetBytes, …')

/** Options of mailbox(). Those of a network have to be the same on all of its nodes. */
const mailbox = z
  .strictObject({
    suite: z.enum(['mlkem768-x25519', 'x25519']).optional().describe('how letters are sealed'),
    minReplicas: count.optional().describe('peers that shall have confirmed that they keep a letter'),
    directTimeoutMs: count
      .optional()
      .describe('how long a receiver has to answer before its letter goes to others, in ms'),
    retryMs: count.optional().describe('until the first attempt is repeated, in ms; doubled each time'),
    maxRetryMs: count.optional().describe('the longest of these times, in ms'),
    maxOutbox: count.optional().describe('letters that are under way at a time'),
    maxInbox: count.optional().describe('letters that wait to be acknowledged'),
    budgetBytes: count.optional().describe('what the letters of the network may take, in bytes'),
    keysBudgetBytes: count.optional().describe('what the mail keys of the network may take, in bytes'),
    rotateMs: count.optional().describe('how often the mail keys of this node are replaced, in ms'),
    keyTtlMs: count.optional().describe('how long they are valid, in ms'),
    bucketBits: z
      .int()
      .min(0)
      .max(16)
      .optional()
      .describe('of the network: bits that an observer learns of a receiver'),
    shardBits: z.int().min(0).max(16).optional().describe('of the network: 2^bits sets hold its mail'),
    floorRank: z.int().max(0).optional().describe('of the network: what a place costs at least'),
  })
  .default({})
  .describe('options of mail, by name: suite, minReplicas, directTimeoutMs, …')

const { network, listen, announce, bootstrap, mdns, nat, targetPeers, limits } = optionsSchema.shape

/** Every option of `stoa start`, by its name in the configuration file. Those of the stack are checked by its own schema. */
export const OPTIONS = {
  data: z.string().min(1).default(DEFAULT_DATA).describe('a directory for identity, peers and the files of the API'),
  network,
  listen,
  announce,
  bootstrap,
  mdns,
  nat,
  measure: z.boolean().default(true).describe('measure the network, and take part when others do'),
  targetPeers,
  tor: z.boolean().default(false).describe('true to be an onion service, and to reach others through Tor alone'),
  torBridge: z
    .boolean()
    .default(false)
    .describe('true to live in both worlds, where everybody sees that onion address and IP address are one node'),
  torSocks: endpoint.describe('HOST:PORT or unix:PATH of the SOCKS port of a Tor that runs already'),
  torControl: endpoint.describe('HOST:PORT or unix:PATH of the control port of a Tor that runs already'),
  torPasswordFile: z.string().min(1).optional().describe('a file with the password of that control port, mode 0600'),
  torProgram: z.string().min(1).optional().describe('the program to start; default: tor, in PATH'),
  torPort: z.int().min(1).max(65_535).optional().describe('the port of the onion address; default: 4001'),
  torrc: z.array(z.string()).optional().describe('more lines of torrc for the Tor that is started'),
  topics: z.array(z.string().refine(isTopic)).max(16).default([]).describe('up to 16 names of topics to stay on'),
  api: z
    .string()
    .refine(value => value === 'off' || parseEndpoint(value) !== undefined)
    .default(DEFAULT_API)
    .describe('HOST:PORT on this machine, e.g. 127.0.0.1:4780, or off'),
  metricsWithoutToken: z.boolean().default(false).describe('true to serve /metrics to whoever asks on this machine'),
  limits,
  offers,
  mailbox,
} as const

export type OptionName = keyof typeof OPTIONS
export type NodeConfig = { [Name in OptionName]: z.output<(typeof OPTIONS)[Name]> }

function isTopic(name: string): boolean {
  try {
    return wireTopicOf('main', name) !== ''
  } catch {
    return false
  }
}
