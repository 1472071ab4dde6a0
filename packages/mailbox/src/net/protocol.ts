import { protobuf } from '@stoa/codec'
import { defineProtocol } from '@stoa/direct'
import { MailRequest, MailResponse } from '../gen/mailbox.js'
import type { Protocol } from '@stoa/direct'

/** The longest letter with its stamp is below it: spec/mailbox.md §8. */
const MAX_REQUEST_BYTES = 65_536
/** A receipt is 150 bytes. */
const MAX_RESPONSE_BYTES = 1_024
/** Tags and lengths; a request of every field has 12. */
const MAX_VARINTS = 64

export type MailProtocol = Protocol<MailRequest, MailResponse>

/** spec/mailbox.md §8. */
export function mailProtocol(network: string): MailProtocol {
  return defineProtocol<MailRequest, MailResponse>({
    id: `/stoa/${network}/mail/1.0.0`,
    request: protobuf(MailRequest, { maxBytes: MAX_REQUEST_BYTES, maxVarints: MAX_VARINTS }),
    response: protobuf(MailResponse, { maxBytes: MAX_RESPONSE_BYTES, maxVarints: MAX_VARINTS }),
    maxRequestBytes: MAX_REQUEST_BYTES,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  })
}
