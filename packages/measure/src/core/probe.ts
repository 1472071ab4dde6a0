import {
  FULL_SHARE,
  MAX_ANSWER_MS,
  MAX_INTERVAL_MS,
  MAX_PROBE_BYTES,
  MAX_PROBES,
  MAX_RUN_MS,
  RUN_BYTES,
} from '../limits.ts'

/** What a probe says, as spec/measure.md §2 has it. */
export interface Probe {
  run: Uint8Array<ArrayBuffer>
  seq: number
  count: number
  intervalMs: number
  answerMs: number
  share: number
}

/** Why this is no probe; undefined for one that is. Every node has to find the same, so it takes no option. */
export function faultOf({ run, seq, count, intervalMs, answerMs, share }: Probe, bytes: number): string | undefined {
  if (bytes > MAX_PROBE_BYTES) return `${bytes} bytes, the limit is ${MAX_PROBE_BYTES}`
  if (run.byteLength !== RUN_BYTES) return `a run has ${RUN_BYTES} bytes, this one has ${run.byteLength}`
  if (count < 1 || count > MAX_PROBES) return `count is ${count}, it is 1 to ${MAX_PROBES}`
  if (seq >= count) return `seq is ${seq}, below ${count} it must be`
  if (intervalMs < 1 || intervalMs > MAX_INTERVAL_MS)
    return `interval_ms is ${intervalMs}, it is 1 to ${MAX_INTERVAL_MS}`
  if (count * intervalMs > MAX_RUN_MS) return `the run takes ${count * intervalMs} ms, the limit is ${MAX_RUN_MS}`
  if (answerMs < 1 || answerMs > MAX_ANSWER_MS) return `answer_ms is ${answerMs}, it is 1 to ${MAX_ANSWER_MS}`
  if (share > FULL_SHARE) return `share is ${share}`
  return undefined
}

/** Whether a receiver answers (§3). @param digest SHA-256 of run and peer id */
export function isChosen(digest: Uint8Array, share: number): boolean {
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0) <= share
}
