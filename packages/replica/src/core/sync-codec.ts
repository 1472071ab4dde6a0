import { CodecError, protobuf } from '@stoa/codec'
import { EndCode as WireEndCode, SyncMessage as WireMessage } from '../gen/replica.js'
import {
  ITEM_ID_BYTES,
  MAX_FRAME_BYTES,
  MAX_IDS_PER_MESSAGE,
  MAX_RECONCILE_BYTES,
  MAX_UNANSWERED_IDS,
} from './sync-limits.ts'
import type { Codec } from '@stoa/codec'
import type { Entry as ProtoEntry } from '../gen/replica.js'
import type { EndCode, SyncMessage, WireEntry } from './sync-message.ts'

const END_CODES: readonly WireEndCode[] = [
  WireEndCode.DONE,
  WireEndCode.BUSY,
  WireEndCode.NOT_READY,
  WireEndCode.LIMIT,
  WireEndCode.TIME,
  WireEndCode.BAD_MESSAGE,
]

const wire = protobuf(WireMessage, {
  maxBytes: MAX_FRAME_BYTES,
  repeated: { entries: { entries: MAX_UNANSWERED_IDS } },
})

/** The frames of a sync session: spec/replica.md, "wire". What it gives is within the limits of one message. @throws {CodecError} */
export const syncMessages: Codec<SyncMessage> = {
  contentType: 'application/protobuf',
  encode: message => wire.encode(toWire(message)),
  decode(bytes) {
    const { hello, reconcile, offer, want, entries, end } = wire.decode(bytes)
    if (hello !== undefined) {
      const { nowMs, entries: count, priceRank } = hello
      if (!Number.isSafeInteger(nowMs) || !Number.isSafeInteger(count))
        throw new CodecError('malformed', 'a time or count of Hello is over 2^53 - 1')
      return { type: 'hello', hello: { nowMs, entries: count, priceRank } }
    }
    if (reconcile !== undefined) {
      if (reconcile.byteLength > MAX_RECONCILE_BYTES)
        throw new CodecError('too-large', `Reconcile of ${reconcile.byteLength} bytes`)
      return { type: 'reconcile', bytes: reconcile }
    }
    if (offer !== undefined) return { type: 'offer', ids: checkIds(offer) }
    if (want !== undefined) return { type: 'want', ids: checkIds(want) }
    if (entries !== undefined) return { type: 'entries', entries: entries.entries.map(toEntry) }
    if (end !== undefined) {
      const code = END_CODES.indexOf(end.code)
      if (code < 0) throw new CodecError('malformed', 'End with an unknown code')
      return { type: 'end', code: code as EndCode }
    }
    throw new CodecError('malformed', 'a frame without a message of this version')
  },
}

function toWire(message: SyncMessage): Partial<WireMessage> {
  switch (message.type) {
    case 'hello':
      return { hello: message.hello }
    case 'reconcile':
      return { reconcile: message.bytes as Uint8Array<ArrayBuffer> }
    case 'offer':
      return { offer: message.ids as Uint8Array<ArrayBuffer> }
    case 'want':
      return { want: message.ids as Uint8Array<ArrayBuffer> }
    case 'entries':
      return { entries: { entries: message.entries.map(fromEntry) } }
    case 'end':
      return { end: { code: END_CODES[message.code]! } }
  }
}

function fromEntry({ bytes, stamp }: WireEntry): ProtoEntry {
  return { entry: bytes, stamp } as ProtoEntry
}

function toEntry({ entry, stamp }: ProtoEntry): WireEntry {
  return { bytes: entry, stamp }
}

function checkIds(ids: Uint8Array): Uint8Array {
  if (ids.byteLength % ITEM_ID_BYTES !== 0)
    throw new CodecError('malformed', `${ids.byteLength} bytes are no ids of ${ITEM_ID_BYTES}`)
  if (ids.byteLength > MAX_IDS_PER_MESSAGE * ITEM_ID_BYTES)
    throw new CodecError('too-large', `${ids.byteLength / ITEM_ID_BYTES} ids, the limit is ${MAX_IDS_PER_MESSAGE}`)
  return ids
}
