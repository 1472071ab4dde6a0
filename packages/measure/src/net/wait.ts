/** Whether the time passed; false when the signal aborted first. Keeps no process alive. */
export function wait(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve(false)
      return
    }
    const done = (isOver: boolean): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(isOver)
    }
    const onAbort = (): void => done(false)
    const timer = setTimeout(() => done(true), ms)
    ;(timer as { unref?: () => void }).unref?.()
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
