export type Phase = 'joining' | 'settling' | 'warming up' | 'measuring' | 'draining' | 'stopping'

export interface Progress {
  phase: Phase
  /** Of the phase, 0 to 1. */
  share: number
  dilation: number
  /** Of the messages that are measured. */
  delivered: number
  expected: number
  wallSeconds: number
  rssBytes: number
}

export interface SimulateOptions {
  /** About once a second, in real time. */
  onProgress?: (progress: Progress) => void
  signal?: AbortSignal
}
