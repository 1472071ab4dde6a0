import { SimulatorError } from './errors.ts'
import type { DilatedTime } from './time/dilated-time.ts'

/** @throws {SimulatorError} `aborted` */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new SimulatorError('aborted', 'aborted by the caller’s signal', { cause: signal.reason })
  }
}

/** Resolves at a moment of the network's time. @throws {SimulatorError} `aborted` */
export async function waitUntil(time: DilatedTime, atMs: number, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal)
  const delayMs = atMs - time.now()
  if (delayMs <= 0) return
  await new Promise<void>(resolve => {
    const done = () => {
      time.clear(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = time.setTimeout(done, delayMs)
    signal?.addEventListener('abort', done, { once: true })
  })
  throwIfAborted(signal)
}

/** How often `waitFor` looks, in ms of the network. */
const LOOK_MS = 50

/** Resolves when it is so, or when `atMostMs` of the network have passed. @throws {SimulatorError} `aborted` */
export async function waitFor(
  time: DilatedTime,
  isSo: () => boolean,
  atMostMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const endMs = time.now() + atMostMs
  while (!isSo() && time.now() < endMs) await waitUntil(time, Math.min(endMs, time.now() + LOOK_MS), signal)
}
