import { answerRanges } from './answer.ts'
import { MessageReader } from './message-reader.ts'
import { PROTOCOL_VERSION } from './message.ts'
import { resolveOptions } from './options.ts'
import type { ReconcileOptions } from './options.ts'
import type { ReconcileTree } from './reconcile-tree.ts'

/**
 * Answers a message of the peer that began the session. Nothing is kept between messages. To another version of the protocol the answer is our version.
 * @throws {ReconcileError} `malformed`, `too-large` or `limit`: end the session
 */
export function respond(tree: ReconcileTree, message: Uint8Array, options?: ReconcileOptions): Uint8Array {
  const limits = resolveOptions(options)
  const reader = new MessageReader(message, limits)
  if (!reader.readVersion()) return Uint8Array.of(PROTOCOL_VERSION)
  return answerRanges(tree, reader, limits.frameLimitBytes, undefined)
}
