import { once } from 'node:events'

/** Writes a line to standard output, no faster than it is taken. */
export async function writeLine(line: string): Promise<void> {
  // what goes wrong is told to onOutputClosed
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain').catch(() => {})
}

/** A reader that leaves, such as `head`, ends the output without an error. */
export function onOutputClosed(callback: () => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    callback()
  })
}
