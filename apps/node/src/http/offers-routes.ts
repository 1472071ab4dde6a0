import { createRoute } from '@hono/zod-openapi'
import * as schemas from './offers-schemas.ts'
import { PROBLEM, REFUSED, SECURITY, TOO_LARGE, answer, body } from './route-parts.ts'

// The description of the part of the API that is about offers. http/offers-app.ts has the handlers.

const UNKNOWN = { 404: { description: 'no such offer is known', ...PROBLEM } }
const NOT_TAKEN = {
  409: { description: 'this owner has too many in the market, or a later version is known', ...PROBLEM },
  507: { description: 'the disk is full, or no place can be paid for', ...PROBLEM },
}
const FILE = { content: { 'application/octet-stream': { schema: { type: 'string' as const, format: 'binary' } } } }

export const OFFERS_PATH = '/v1/offers'
/** Its body is read as it comes, and may be of any length. */
export const LOAD_PATH = '/v1/offers/load'
export const IMPORT_PATH = '/v1/offers/import'

export const getOffers = createRoute({
  method: 'get',
  path: OFFERS_PATH,
  summary: 'Offers, the earliest first, a page at a time',
  security: SECURITY,
  request: { query: schemas.offersQuery },
  responses: { ...answer(schemas.offersSchema, 'a page'), ...REFUSED },
})

export const postOffer = createRoute({
  method: 'post',
  path: OFFERS_PATH,
  summary: 'Put up an offer of this node, or replace it',
  security: SECURITY,
  request: body(schemas.putSchema),
  responses: { ...answer(schemas.offerSchema, 'it is stored, and on its way'), ...REFUSED, ...TOO_LARGE, ...NOT_TAKEN },
})

export const postImport = createRoute({
  method: 'post',
  path: IMPORT_PATH,
  summary: 'Put up many offers of this node',
  description:
    'Each that is refused is reported and skipped. One that is there already with the same content is left as it is.',
  security: SECURITY,
  request: body(schemas.importSchema),
  responses: { ...answer(schemas.importedSchema, 'what became of them'), ...REFUSED, ...TOO_LARGE, ...NOT_TAKEN },
})

export const getExport = createRoute({
  method: 'get',
  path: '/v1/offers/export',
  summary: 'All offers, or those of a market, as a file that another node can load',
  security: SECURITY,
  request: { query: schemas.exportQuery },
  responses: { 200: { description: 'spec/offers.md §7', ...FILE }, ...REFUSED },
})

export const postLoad = createRoute({
  method: 'post',
  path: LOAD_PATH,
  summary: 'Take the offers of such a file',
  description: 'Each is checked as if a peer had sent it.',
  security: SECURITY,
  request: { body: { required: true, ...FILE } },
  responses: { ...answer(schemas.loadedSchema, 'what became of them'), ...REFUSED, ...NOT_TAKEN },
})

export const getOffer = createRoute({
  method: 'get',
  path: '/v1/offers/{key}',
  summary: 'One offer',
  security: SECURITY,
  request: { params: schemas.keyParam },
  responses: { ...answer(schemas.offerSchema, 'the offer'), ...REFUSED, ...UNKNOWN },
})

export const deleteOffer = createRoute({
  method: 'delete',
  path: '/v1/offers/{key}',
  summary: 'Take down an offer of this node, everywhere',
  security: SECURITY,
  request: { params: schemas.keyParam },
  responses: { ...answer(schemas.removedSchema, 'it is removed'), ...REFUSED, ...UNKNOWN, ...NOT_TAKEN },
})

export const getMarkets = createRoute({
  method: 'get',
  path: '/v1/markets',
  summary: 'Markets that have offers, by name',
  security: SECURITY,
  request: { query: schemas.marketsQuery },
  responses: { ...answer(schemas.marketsSchema, 'a page'), ...REFUSED },
})
