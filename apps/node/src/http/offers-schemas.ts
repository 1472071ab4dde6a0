import { z } from '@hono/zod-openapi'

/** Offers on one page, at most and by default. */
export const MAX_PAGE = 500
const DEFAULT_PAGE = 100
/** Markets on one page. */
export const MAX_MARKETS_PER_PAGE = 1_000
/** Offers in one request of `POST /v1/offers/import`. */
export const MAX_IMPORT_OFFERS = 1_000
/** No network allows a longer body, in bytes: spec/offers.md. The node's own limit is for the service to say. */
const MAX_TEXT_LENGTH = 65_536
const MAX_BASE64_LENGTH = 87_384

export const offerSchema = z
  .object({
    key: z.string().describe('64 hexadecimal digits, made from owner, market and name'),
    market: z.string(),
    name: z.string().describe('the owner’s own name for it'),
    owner: z.string().describe('peer id, proven by the signature'),
    isOwn: z.boolean().describe('it is this node’s'),
    seq: z.int().describe('the owner’s version of it; higher replaces lower'),
    createdMs: z.int().describe('by the owner’s clock, ms since 1970'),
    expiresMs: z.int().describe('ms since 1970'),
    state: z.enum(['live', 'stale']).describe('stale: it is meant while its owner is online, who is not'),
    whileOnline: z.boolean(),
    contentType: z.string().describe('media type of what is offered; empty when the owner did not say'),
    bytes: z.int().describe('length of what is offered'),
    text: z.string().optional().describe('what is offered, where it is UTF-8'),
    base64: z.string().optional().describe('what is offered, where it is not'),
  })
  .openapi('Offer')

const newOffer = z
  .strictObject({
    market: z.string().min(1).max(128).openapi({ example: 'btc-eur' }),
    name: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('the same name in the same market replaces; default: a new one'),
    text: z.string().max(MAX_TEXT_LENGTH).optional().describe('what is offered'),
    base64: z.base64().max(MAX_BASE64_LENGTH).optional().describe('what is offered, in place of text'),
    contentType: z.string().max(100).optional().describe('media type of what is offered'),
    ttlMs: z.int().min(1).optional().describe('how long it is valid, in ms; default: a day'),
    whileOnline: z.boolean().optional().describe('it is stale while this node is off'),
  })
  .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), 'takes one of text and base64')

export const putSchema = newOffer.openapi('NewOffer')
export type PutOffer = z.output<typeof newOffer>

export const importSchema = z.strictObject({ offers: z.array(newOffer).min(1).max(MAX_IMPORT_OFFERS) })
export const importedSchema = z
  .object({
    published: z.int(),
    unchanged: z.int().describe('there already with the same content, and left as they are'),
    refused: z.array(
      z.object({
        index: z.int().describe('place in the request, from 0'),
        code: z.string(),
        message: z.string(),
        retryable: z.boolean(),
      }),
    ),
  })
  .openapi('Imported')

export const loadedSchema = z
  .object({
    bytes: z.int(),
    entries: z.int().describe('sum of the following'),
    taken: z.int().describe('new here, or newer than what was here'),
    known: z.int().describe('known here already, or a later version is'),
    passedOver: z.int().describe('expired, or no room for it'),
    bad: z.int().describe('not what they should be'),
    isComplete: z.boolean().describe('false: the file was cut off, and what came before was taken'),
  })
  .openapi('Loaded')

export const removedSchema = z.object({ key: z.string() }).openapi('Removed')

const next = z.string().nullable().describe('`after` of the next page; null: this is the last')
export const offersSchema = z.object({ offers: z.array(offerSchema), next }).openapi('Offers')
export const marketsSchema = z
  .object({
    markets: z.array(z.object({ market: z.string(), live: z.int(), stale: z.int(), total: z.int() })),
    next,
  })
  .openapi('Markets')

export const keyParam = z.object({
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'takes the key of an offer, 64 hexadecimal digits')
    .openapi({ param: { name: 'key', in: 'path' } }),
})

const flag = z.enum(['0', '1']).optional()
const market = z.string().min(1).max(128).optional().openapi({ description: 'of this market' })
const after = z.string().max(256).optional().openapi({ description: '`next` of the page before' })

export const offersQuery = z.object({
  market,
  owner: z.string().max(128).optional().openapi({ description: 'of this peer id' }),
  own: flag.openapi({ description: '1: of this node' }),
  all: flag.openapi({ description: '1: stale ones too' }),
  after,
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(DEFAULT_PAGE)
    .openapi({ description: 'offers on the page; a page of long ones has fewer' }),
})
export const marketsQuery = z.object({ after })
export const exportQuery = z.object({ market })
