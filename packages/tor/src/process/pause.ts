import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves after that time, or when the signal fires, whichever comes first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
