import { createRoute } from '@hono/zod-openapi'
import * as schemas from './mail-schemas.ts'
import { PROBLEM, REFUSED, SECURITY, TOO_LARGE, answer, body } from './route-parts.ts'

// The description of the part of the API that is about mail. http/mail-app.ts has the handlers.

const UNKNOWN = {
  404: { description: 'no such letter', ...PROBLEM },
  409: { description: 'several letters have ids that begin so', ...PROBLEM },
}
const NOT_TAKEN = {
  404: { description: 'the receiver has published no mail key', ...PROBLEM },
  503: { description: 'too many letters are under way', ...PROBLEM },
  507: { description: 'the disk is full, or no place can be paid for', ...PROBLEM },
}

export const MAIL_PATH = '/v1/mail'

export const postMail = createRoute({
  method: 'post',
  path: MAIL_PATH,
  summary: 'Send a sealed letter to somebody who may be offline',
  description:
    'Answers when peers confirmed that they keep it, when its receiver has it, or after `waitMs` with the state that was reached. The letter is in ' +
    'the outbox then, and on its way across restarts.',
  security: SECURITY,
  request: body(schemas.mailSchema),
  responses: { ...answer(schemas.deliverySchema, 'it is on its way'), ...REFUSED, ...TOO_LARGE, ...NOT_TAKEN },
})

export const getInbox = createRoute({
  method: 'get',
  path: '/v1/mail/inbox',
  summary: 'Letters that are not acknowledged, the oldest first, a page at a time',
  security: SECURITY,
  request: { query: schemas.inboxQuery },
  responses: { ...answer(schemas.lettersSchema, 'a page'), ...REFUSED },
})

export const getLetter = createRoute({
  method: 'get',
  path: '/v1/mail/inbox/{id}',
  summary: 'One letter of the inbox',
  security: SECURITY,
  request: { params: schemas.idParam },
  responses: { ...answer(schemas.letterSchema, 'the letter'), ...REFUSED, ...UNKNOWN },
})

export const postAck = createRoute({
  method: 'post',
  path: '/v1/mail/inbox/{id}/ack',
  summary: 'Acknowledge a letter: its sender hears of it, and it is never handed over again',
  security: SECURITY,
  request: { params: schemas.idParam, ...body(schemas.ackSchema) },
  responses: { ...answer(schemas.acknowledgedSchema, 'it is acknowledged'), ...REFUSED, ...TOO_LARGE, ...UNKNOWN },
})

export const getOutbox = createRoute({
  method: 'get',
  path: '/v1/mail/outbox',
  summary: 'Letters that this node sent, a page at a time',
  security: SECURITY,
  request: { query: schemas.outboxQuery },
  responses: { ...answer(schemas.deliveriesSchema, 'a page'), ...REFUSED },
})

export const getDelivery = createRoute({
  method: 'get',
  path: '/v1/mail/outbox/{id}',
  summary: 'What became of a letter that this node sent',
  security: SECURITY,
  request: { params: schemas.idParam },
  responses: { ...answer(schemas.deliverySchema, 'the delivery'), ...REFUSED, ...UNKNOWN },
})

export const getOwnKeys = createRoute({
  method: 'get',
  path: '/v1/mail/key',
  summary: 'The mail keys of this node, their public parts',
  security: SECURITY,
  responses: { ...answer(schemas.ownMailKeysSchema, 'the keys'), ...REFUSED },
})
