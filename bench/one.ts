// One bench in a process of its own, so that none is measured with the garbage or the compiled code of another, and one that fails does not take
// the others with it. Started by supervise.ts: node one.ts NAME ROUNDS [SIZES]
import { BENCHES } from './catalogue.ts'
import type { Row } from './table.ts'

export type Said = { rows: Row[]; points?: unknown } | { error: string } | { isDone: true }

const [name, rounds, sizes] = process.argv.slice(2) as [string, string, string?]

// whoever started this is gone, and with it the reason for its children
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'))

const say = (said: Said): Promise<void> => new Promise(resolve => process.send!(said, () => resolve()))
let points: unknown
try {
  const { run } = await BENCHES[name]!.load()
  const rows = await run(Number(rounds), {
    sizes: sizes === undefined ? undefined : sizes.split(',').map(Number),
    keep: (sofar, drawn) => {
      points = drawn
      void say({ rows: sofar, points })
    },
  })
  await say({ rows, points })
  await say({ isDone: true })
} catch (error) {
  await say({ error: error instanceof Error ? error.message : String(error) })
  console.error(error)
}
// the parent ends the group
