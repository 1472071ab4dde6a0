const EXIT_INTERRUPTED = 130

/**
 * Runs something that the first Ctrl-C ends in order, so that a line that was being drawn is taken away. The node ends what nobody waits for. The
 * second Ctrl-C ends the process at once, as ever.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort()
  process.once('SIGINT', interrupt)
  try {
    return await work(interrupted.signal)
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    process.stderr.write('stoa: interrupted; the node has stopped measuring\n')
    process.exit(EXIT_INTERRUPTED)
  } finally {
    process.off('SIGINT', interrupt)
  }
}
