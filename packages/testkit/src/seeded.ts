import { randomInt } from 'node:crypto'
import { env } from 'node:process'
import { random } from './random.ts'
import type { Random, Seed } from './random.ts'

/** The seed of this run: `SEED` of the environment, so that a failure can be replayed, or a fresh one. */
export function testSeed(): Seed {
  return env['SEED'] ?? randomInt(2 ** 32)
}

/** Runs `body` with seeded randomness; when it fails, the error says with which seed to replay it. */
export async function seeded<T>(body: (random: Random) => T | Promise<T>, seed: Seed = testSeed()): Promise<T> {
  try {
    return await body(random(seed))
  } catch (err) {
    throw new Error(`${err instanceof Error ? err.message : String(err)}\n(replay with SEED=${seed} pnpm test)`, {
      cause: err,
    })
  }
}
