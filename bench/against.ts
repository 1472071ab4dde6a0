import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PeerName } from './peers/by-name.ts'

const WORKER = join(import.meta.dirname, 'worker.ts')
/** No figure takes longer: a peer that hangs ends the bench with an error. */
const LIMIT_MS = 60_000

/** One figure of one peer: two processes over loopback TCP. */
export async function measure(peer: PeerName, what: string): Promise<number> {
  const server = spawn(process.execPath, [WORKER, 'serve', peer], {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
  })
  try {
    const where = await firstLine(server, `${peer} server`)
    const client = spawn(process.execPath, [WORKER, 'ask', peer, where, what], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: LIMIT_MS,
    })
    return Number(await firstLine(client, `${peer} ${what}`))
  } finally {
    server.kill('SIGKILL')
  }
}

export async function firstLine(child: ReturnType<typeof spawn>, what: string): Promise<string> {
  const lines = createInterface(child.stdout!)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${what} ended with ${code} and said nothing`)
  })
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
  ended.catch(() => {})
  return line
}
