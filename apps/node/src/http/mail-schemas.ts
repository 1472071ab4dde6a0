import { z } from '@hono/zod-openapi'

/** Letters on one page, at most and by default. */
export const MAX_PAGE = 500
const DEFAULT_PAGE = 100
/** How long `POST /v1/mail` may wait for others, in ms. */
const MAX_WAIT_MS = 300_000

const id = z.string().describe('64 hexadecimal digits')
const ms = z.int().describe('ms since 1970')
const contentType = z.string().describe('media type of the body; empty when the sender did not say')
const bytes = z.int().describe('length of the body')

export const letterSchema = z
  .object({
    id,
    from: z.string().describe('peer id of the sender, proven'),
    contentType,
    bytes,
    sentMs: z.int().describe('by the sender’s clock, ms since 1970'),
    receivedMs: ms,
    expiresMs: ms,
    text: z.string().optional().describe('the body, where it is UTF-8'),
    base64: z.string().optional().describe('the body, where it is not'),
  })
  .openapi('Letter')

export const deliverySchema = z
  .object({
    id,
    to: z.string().describe('peer id of the receiver'),
    state: z
      .enum(['queued', 'stored', 'delivered', 'expired', 'failed'])
      .describe('delivered: the receiver acknowledged it; queued: nobody else has it for sure'),
    stored: z.int().describe('peers that confirmed that they keep it'),
    isHandedOver: z.boolean().describe('its receiver has it in the inbox, from this node itself'),
    contentType,
    bytes,
    createdMs: ms,
    expiresMs: ms,
    changedMs: z.int().describe('when the state was reached, ms since 1970'),
    attempts: z.int(),
    error: z
      .object({ code: z.string(), message: z.string() })
      .nullable()
      .describe('why the last attempt came to nothing, or the delivery failed'),
  })
  .openapi('Delivery')

/** How long a body may be is for the service to say. */
export const mailSchema = z
  .strictObject({
    to: z.string().min(1).max(128).describe('peer id of the receiver'),
    text: z.string().optional().describe('the body'),
    base64: z.base64().optional().describe('the body, in place of text'),
    contentType: z.string().max(100).optional().describe('media type of the body'),
    ttlMs: z
      .int()
      .min(1)
      .optional()
      .describe('how long it can wait for its receiver, in ms; default and at most 15 days'),
    waitMs: z
      .int()
      .min(0)
      .max(MAX_WAIT_MS)
      .optional()
      .describe('how long to wait until others keep it, in ms; default 30,000'),
  })
  .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), 'takes one of text and base64')
  .openapi('Mail')

/** Nothing in it: a POST of this API is JSON, which no form of a web page is. */
export const ackSchema = z.strictObject({})
export const acknowledgedSchema = z.object({ id: z.string() }).openapi('Acknowledged')

const next = z.string().nullable().describe('`after` of the next page; null: this is the last')
export const lettersSchema = z.object({ letters: z.array(letterSchema), next }).openapi('Letters')
export const deliveriesSchema = z.object({ deliveries: z.array(deliverySchema), next }).openapi('Deliveries')

export const ownMailKeysSchema = z
  .object({
    device: z.string().describe('of this device’s record in the space mail-keys, hexadecimal'),
    bucket: z.int().describe('the part of the mail that is looked through for letters to this node'),
    keys: z
      .array(
        z.object({
          suite: z.int().describe('HPKE KEM: 25722 is MLKEM768-X25519, 32 is X25519'),
          publicKey: z.string().describe('hexadecimal'),
          createdMs: ms,
          untilMs: z.int().describe('letters may be sealed to it until then, ms since 1970'),
          eraseMs: z.int().describe('the private part is erased then, ms since 1970'),
        }),
      )
      .describe('the newest first'),
  })
  .openapi('OwnMailKeys')

export const idParam = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{8,64}$/, 'takes the id of a letter, 64 hexadecimal digits, or at least the first 8 of them')
    .openapi({ param: { name: 'id', in: 'path' } }),
})

const page = {
  after: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'takes `next` of the page before')
    .optional()
    .openapi({ description: '`next` of the page before' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(DEFAULT_PAGE)
    .openapi({ description: 'letters on the page; a page of long ones has fewer' }),
}
export const inboxQuery = z.object(page)
export const outboxQuery = z.object({
  ...page,
  state: deliverySchema.shape.state.optional().openapi({ description: 'only those in this state' }),
})
