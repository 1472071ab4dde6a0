import { run } from './program.ts'

/** The program on this process's own streams: Ctrl-C ends it cleanly. Resolves to its exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController()
  const abort = () => interrupt.abort(new Error('interrupted'))
  process.on('SIGINT', abort).on('SIGTERM', abort)
  try {
    return await run(args, {
      stdout: process.stdout,
      stderr: process.stderr,
      signal: interrupt.signal,
      stdoutStyle: { isColored: process.stdout.hasColors?.() === true },
      stderrStyle: { isColored: process.stderr.hasColors?.() === true },
    })
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort)
  }
}
