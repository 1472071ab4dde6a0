import { wireTopicOf } from '@stoa/broadcast'
import { optionsSchema } from '@stoa/stack'
import { z } from 'zod'
import { parseEndpoint } from './endpoint.ts'

/** Where a node keeps its data unless told otherwise. */
export const DEFAULT_DATA = '.stoa'
const DEFAULT_API = '127.0.0.1:0'

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
  targetPeers,
  topics: z.array(z.string().refine(isTopic)).max(16).default([]).describe('up to 16 names of topics to stay on'),
  api: z
    .string()
    .refine(value => value === 'off' || parseEndpoint(value) !== undefined)
    .default(DEFAULT_API)
    .describe('HOST:PORT on this machine, e.g. 127.0.0.1:4780, or off'),
  metricsWithoutToken: z.boolean().default(false).describe('true to serve /metrics to whoever asks on this machine'),
  limits,
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
