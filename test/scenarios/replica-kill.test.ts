import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { random, testSeed } from '@stoa/testkit'
import { afterAll, expect, test } from 'vitest'
import type { Random } from '@stoa/testkit'
import type { Line } from './replica-writer.ts'

/** Issue 3: at 200 random moments. */
const KILLS = 200
/** Stores, each killed over and over: one is written while the other starts. */
const STORES = 2
/** From when it is open. The last of these has written some thousand entries by then. */
const MAX_RUN_MS = 250

const WRITER = join(import.meta.dirname, 'replica-writer.ts')
const directory = mkdtempSync(join(tmpdir(), 'stoa-kill-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

interface Run {
  readonly held: Map<string, { seq: number; isFinal: boolean }>
  readonly damaged: number
  readonly durable: Array<{ name: string; seq: number; isFinal: boolean }>
}

/** Starts the writer, and kills it a random time after it has opened its store, or while it does. */
async function run(store: string, random: Random, isLast: boolean): Promise<Run | undefined> {
  const child = spawn(process.execPath, [WRITER, store], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // it starts 200 times
    env: { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled') },
  })
  const exited = once(child, 'exit')
  const killEarly = !isLast && random.chance(0.1)
  if (killEarly) setTimeout(() => child.kill('SIGKILL'), random.int(0, 2 * MAX_RUN_MS))
  let opened: Extract<Line, { held: unknown }> | undefined
  const durable: Run['durable'] = []
  for await (const text of createInterface(child.stdout)) {
    const line = JSON.parse(text) as Line
    if ('durable' in line) {
      durable.push(line.durable)
      continue
    }
    opened = line
    if (!killEarly) setTimeout(() => child.kill('SIGKILL'), isLast ? 0 : random.int(0, MAX_RUN_MS))
  }
  const [code] = (await exited) as [number | null]
  // it ends in no other way
  expect(code).toBeNull()
  if (opened === undefined) return undefined
  return {
    held: new Map(opened.held.map(({ name, seq, isFinal }) => [name, { seq, isFinal }])),
    damaged: opened.damaged,
    durable,
  }
}

test(`after kill -9 at ${KILLS} random moments of a write load nothing acknowledged is lost and nothing half-written is served`, async () => {
  const seed = testSeed()
  const runs = await Promise.all(
    Array.from({ length: STORES }, async (_, index) => {
      const source = random(seed).fork(`store ${index}`)
      const store = join(directory, String(index))
      const acknowledged = new Map<string, { seq: number; isFinal: boolean }>()
      let opens = 0
      for (let kills = 0; kills <= KILLS / STORES; kills++) {
        const seen = await run(store, source, kills === KILLS / STORES)
        if (seen === undefined) continue
        opens++
        expect(seen.damaged, `rows damaged after ${kills} kills`).toBe(0)
        for (const [name, { seq, isFinal }] of acknowledged) {
          const held = seen.held.get(name)
          expect(held?.seq ?? 0, `${name} after ${kills} kills (SEED=${seed})`).toBeGreaterThanOrEqual(seq)
          expect(held?.seq === seq ? held.isFinal : isFinal, `${name} is final (SEED=${seed})`).toBe(isFinal)
        }
        for (const { name, seq, isFinal } of seen.durable) {
          if ((acknowledged.get(name)?.seq ?? 0) < seq) acknowledged.set(name, { seq, isFinal })
        }
      }
      return { opens, acknowledged: acknowledged.size }
    }),
  )
  for (const { opens, acknowledged } of runs) {
    expect(opens).toBeGreaterThan(KILLS / STORES / 2)
    expect(acknowledged).toBeGreaterThan(50)
  }
}, 900_000)
