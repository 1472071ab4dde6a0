import { MAX_MESSAGE_BYTES } from '../core/wire-size.ts'
import { idToString } from '../message-id.ts'
import type { RPC } from '@libp2p/gossipsub/message'
import type { BoundedMessageCache } from './message-cache.ts'

/**
 * gossipsub answers an IWANT with one RPC, be it 5,000 messages of 64 KiB, and the peer cuts the stream at its limit. So a wish is cut into
 * parts whose answers fit one frame. gossipsub answers ten a heartbeat, which leaves a peer 640 KiB a second to catch up with.
 */
export function splitIwant(
  control: RPC.ControlMessage,
  cache: Pick<BoundedMessageCache, 'bytesOf'>,
): RPC.ControlMessage[] {
  const ids = control.iwant.flatMap(({ messageIDs }) => messageIDs)
  const parts: Uint8Array[][] = []
  let room = 0
  for (const id of ids) {
    const bytes = cache.bytesOf(idToString(id))
    if (parts.length === 0 || bytes > room) {
      parts.push([])
      room = MAX_MESSAGE_BYTES
    }
    parts.at(-1)!.push(id)
    room -= bytes
  }
  if (parts.length <= 1) return [control]
  const [first, ...others] = parts.map(messageIDs => [{ messageIDs }])
  return [
    { ...control, iwant: first! },
    ...others.map(iwant => ({ ihave: [], iwant, graft: [], prune: [], idontwant: [] })),
  ]
}
