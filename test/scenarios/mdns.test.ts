import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChildProcess } from 'node:child_process'

// Multicast must not leave the test: two nodes in a network namespace that has a loopback interface and nothing else.
const MAIN = join(import.meta.dirname, '../../apps/node/src/main.ts')
const NAMESPACE = `stoa-mdns-${process.pid}`
const directory = mkdtempSync(join(tmpdir(), 'stoa-mdns-'))
const nodes: ChildProcess[] = []

const ip = (...args: string[]): number | null => spawnSync('ip', args, { stdio: 'ignore' }).status
const canIsolate = ip('netns', 'add', NAMESPACE) === 0
const skipReason = canIsolate ? undefined : 'network namespaces need root and iproute2'
if (skipReason !== undefined && process.env.CI === 'true') throw new Error(`mDNS cannot be tested here: ${skipReason}`)

interface Node {
  peerId: string
  /** What it prints after its first line; none is missed, whenever it is read. */
  lines: AsyncIterator<string>
}

async function start(name: string): Promise<Node> {
  const args = ['netns', 'exec', NAMESPACE, process.execPath, MAIN, 'start', '--json', '--data', join(directory, name)]
  const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  nodes.push(child)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const { value: line } = await lines.next()
  return { peerId: (JSON.parse(line as string) as { peerId: string }).peerId, lines }
}

async function sees(node: Node, peer: string): Promise<void> {
  for (let line = await node.lines.next(); line.done !== true; line = await node.lines.next()) {
    const event = JSON.parse(line.value) as { event: string; peer?: string }
    if (event.event === 'peer:connect' && event.peer === peer) return
  }
  throw new Error(`${node.peerId} ended without seeing ${peer}`)
}

beforeAll(() => {
  if (canIsolate && ip('-n', NAMESPACE, 'link', 'set', 'lo', 'up') !== 0)
    throw new Error('no loopback in the namespace')
})

afterAll(async () => {
  await Promise.all(
    nodes.map(async node => {
      if (node.exitCode !== null) return
      node.kill('SIGTERM')
      await once(node, 'exit')
    }),
  )
  if (canIsolate) ip('netns', 'delete', NAMESPACE)
  rmSync(directory, { recursive: true, force: true })
})

test.skipIf(!canIsolate)(
  `two nodes find each other through mDNS alone${skipReason === undefined ? '' : ` (${skipReason})`}`,
  async () => {
    const [a, b] = await Promise.all([start('a'), start('b')])
    await Promise.all([sees(a, b.peerId), sees(b, a.peerId)])
    expect(a.peerId).not.toBe(b.peerId)
  },
)
