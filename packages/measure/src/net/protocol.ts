import { wireBytes } from '@stoa/broadcast'
import { CodecError, protobuf } from '@stoa/codec'
import { defineProtocol } from '@stoa/direct'
import { faultOf } from '../core/probe.ts'
import { LoadRequest, LoadResponse, MeasureRequest, MeasureResponse, Probe as WireProbe } from '../gen/measure.js'
import { LOAD_CHUNK_BYTES, MAX_ANSWER_BYTES, MAX_PROBE_BYTES } from '../limits.ts'
import type { Codec } from '@stoa/codec'
import type { Protocol } from '@stoa/direct'
import type { Probe } from '../core/probe.ts'

/** Tags, lengths and numbers: a message of every field has 14. */
const MAX_VARINTS = 32
/** What a chunk has around it. */
const CHUNK_OVERHEAD_BYTES = 16

/** A probe as it arrived, or is to be sent: `bytes` is its length in bytes. */
export interface SizedProbe extends Probe {
  bytes: number
}

const wireProbe = protobuf(WireProbe, { maxBytes: MAX_PROBE_BYTES, maxVarints: MAX_VARINTS })

/** spec/measure.md §2. A probe of any `bytes` from 64 up is padded to them; a few lengths do not exist, and become one less. */
export const probeCodec: Codec<SizedProbe> = {
  contentType: wireProbe.contentType,
  encode(probe) {
    const bare = wireProbe.encode({ ...probe, padding: new Uint8Array(0) })
    const room = probe.bytes - bare.byteLength
    const padding = room - 1 - lengthBytes(room - 2)
    return wireProbe.encode({ ...probe, padding: new Uint8Array(Math.max(0, padding)) })
  },
  decode(encoded) {
    const { run, seq, count, intervalMs, answerMs, share } = wireProbe.decode(encoded)
    const probe = { run, seq, count, intervalMs, answerMs, share, bytes: encoded.byteLength }
    const fault = faultOf(probe, encoded.byteLength)
    if (fault !== undefined) throw new CodecError('malformed', fault)
    return probe
  },
}

export type MeasureProtocol = Protocol<MeasureRequest, MeasureResponse>
export type LoadProtocol = Protocol<LoadRequest, LoadResponse>

/** spec/measure.md §3, §4. */
export function measureProtocolOf(network: string): MeasureProtocol {
  return defineProtocol<MeasureRequest, MeasureResponse>({
    id: `/stoa/${network}/measure/1.0.0`,
    request: protobuf(MeasureRequest, { maxBytes: MAX_ANSWER_BYTES, maxVarints: MAX_VARINTS }),
    response: protobuf(MeasureResponse, { maxBytes: 64, maxVarints: MAX_VARINTS }),
    maxRequestBytes: MAX_ANSWER_BYTES,
    maxResponseBytes: 64,
  })
}

/** spec/measure.md §5. */
export function loadProtocolOf(network: string): LoadProtocol {
  const most = LOAD_CHUNK_BYTES + CHUNK_OVERHEAD_BYTES
  return defineProtocol<LoadRequest, LoadResponse>({
    id: `/stoa/${network}/measure-load/1.0.0`,
    request: protobuf(LoadRequest, { maxBytes: most, maxVarints: MAX_VARINTS }),
    response: protobuf(LoadResponse, { maxBytes: most, maxVarints: MAX_VARINTS }),
    maxRequestBytes: most,
    maxResponseBytes: most,
  })
}

/** What the envelope of spec/broadcast.md §5 has around a payload, but for the length of the payload's length, in bytes. */
const ENVELOPE_BYTES = 124

/** Bytes on the wire of the message that carries a probe of so many. */
export function messageBytes(wireTopic: string, probeBytes: number): number {
  return wireBytes(wireTopic.length, ENVELOPE_BYTES + lengthBytes(probeBytes) + probeBytes)
}

/** How many bytes the protobuf length of something takes that is no longer than a message. */
function lengthBytes(length: number): number {
  return length < 128 ? 1 : length < 16_384 ? 2 : 3
}
