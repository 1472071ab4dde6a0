import { findDelivery, findLetter } from '../mail/find-mail.ts'
import { deliveryPage, letterPage } from '../mail/mail-page.ts'
import { showDelivery } from '../mail/shown-delivery.ts'
import { showLetter } from '../mail/shown-letter.ts'
import { parsePeerId } from '../node/peer-id.ts'
import { shownBytes } from '../shown-body.ts'
import * as routes from './mail-routes.ts'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MailboxService } from '@stoa/mailbox'

/** The routes of mail. */
export function addMail(app: OpenAPIHono, mail: MailboxService): void {
  app.openapi(routes.postMail, async c => {
    const { to, text, base64, ...options } = c.req.valid('json')
    const receiver = parsePeerId('to', to)
    const delivery = await mail.send(receiver, shownBytes({ text, base64 }), { ...options, signal: c.req.raw.signal })
    return c.json(showDelivery(delivery), 200)
  })
  app.openapi(routes.getInbox, async c => c.json(await letterPage(mail, c.req.valid('query')), 200))
  app.openapi(routes.getLetter, async c => c.json(showLetter(await findLetter(mail, c.req.valid('param').id)), 200))
  app.openapi(routes.postAck, async c => {
    const letter = await findLetter(mail, c.req.valid('param').id)
    await letter.ack()
    return c.json({ id: letter.id }, 200)
  })
  app.openapi(routes.getOutbox, async c => c.json(await deliveryPage(mail, c.req.valid('query')), 200))
  app.openapi(routes.getDelivery, async c => {
    return c.json(showDelivery(await findDelivery(mail, c.req.valid('param').id)), 200)
  })
  app.openapi(routes.getOwnKeys, c => {
    const { device, bucket, keys } = mail.ownKeys()
    return c.json({ device, bucket, keys: [...keys] }, 200)
  })
}
