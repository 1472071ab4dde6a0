import { DirectError } from './errors.ts'
import { MAX_ERROR_TEXT_BYTES, WireError } from './frame.ts'
import type { DirectCode } from './errors.ts'
import type { Frame } from './frame.ts'

const CODES: Record<number, DirectCode> = {
  [WireError.FAILED]: 'failed',
  [WireError.REFUSED]: 'refused',
  [WireError.TOO_LARGE]: 'too-large',
  [WireError.MALFORMED]: 'malformed',
  [WireError.TIMEOUT]: 'timeout',
  [WireError.IS_STREAM]: 'malformed',
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What an ERROR frame says, as the caller gets it. */
export function remoteError(frame: Frame, protocol: string): DirectError {
  const code = CODES[frame.error] ?? 'failed'
  const reason = decoder
    .decode(frame.payload.subarray(0, MAX_ERROR_TEXT_BYTES))
    // controls and invisible formatting: a peer must not write escape sequences to our terminal, or turn its text around
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
  return new DirectError(code, `${protocol}: the peer answered ${code}${reason === '' ? '' : `: ${reason}`}`)
}

/** The text of an ERROR frame, cut between characters to what the frame may hold. */
export function errorText(reason: string): Uint8Array {
  const bytes = new Uint8Array(MAX_ERROR_TEXT_BYTES)
  return bytes.subarray(0, encoder.encodeInto(reason, bytes).written)
}
