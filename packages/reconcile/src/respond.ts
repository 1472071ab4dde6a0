import { answerRanges } from './answer.ts'
import { MessageReader } from './message-reader.ts'
import { MessageWriter } from './message-writer.ts'
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
  const writer = new MessageWriter()
  if (reader.readVersion()) answerRanges(tree, reader, writer, limits.frameLimitBytes, undefined)
  return writer.finish()
}
