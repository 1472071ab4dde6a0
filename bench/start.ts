import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstLine } from './against.ts'
import { atMost } from './table.ts'
import type { Row } from './table.ts'

const MAIN = join(import.meta.dirname, '../apps/node/src/main.ts')
const START_GOAL_S = 1
const RSS_GOAL_MB = 150
/** After the start's garbage has gone and before anything else happens. */
const IDLE_MS = 5_000

/** `stoa start` from the first instruction to its ready line, and what it holds when nothing happens. */
export async function run(rounds: number): Promise<Row[]> {
  const seconds: number[] = []
  const megabytes: number[] = []
  for (let round = 0; round < rounds; round++) {
    const data = mkdtempSync(join(tmpdir(), 'stoa-bench-'))
    const started = performance.now()
    const node = spawn(
      process.execPath,
      [MAIN, 'start', '--json', '--no-mdns', '--data', data, '--listen', '/ip4/127.0.0.1/tcp/0'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    try {
      await firstLine(node, 'stoa start')
      seconds.push((performance.now() - started) / 1000)
      await new Promise(resolve => setTimeout(resolve, IDLE_MS))
      megabytes.push(residentMegabytes(node.pid!))
    } finally {
      node.kill('SIGKILL')
      rmSync(data, { recursive: true, force: true })
    }
  }
  return [
    atMost({ what: 'start to ready', unit: 's', ours: seconds, theirs: START_GOAL_S }),
    atMost({ what: 'resident memory, idle', unit: 'MB', ours: megabytes, theirs: RSS_GOAL_MB }),
  ]
}

function residentMegabytes(pid: number): number {
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  return (kilobytes * 1024) / 1e6
}
