// Measures every hot path against a peer or a limit in the same run and prints the ratios.
//   pnpm bench [NAME…] [--rounds N] [--json FILE]
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { print } from './table.ts'
import type { Row } from './table.ts'

const BENCHES: Record<string, () => Promise<{ run: (rounds: number) => Promise<Row[]> }>> = {
  requests: () => import('./requests.ts'),
  bulk: () => import('./bulk.ts'),
  memory: () => import('./memory.ts'),
  start: () => import('./start.ts'),
  reconcile: () => import('./reconcile.ts'),
  verification: () => import('./verification.ts'),
  replica: () => import('./replica.ts'),
  flood: () => import('./flood.ts'),
  mail: () => import('./mail.ts'),
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})
const unknown = positionals.filter(name => !(name in BENCHES))
const rounds = Number(values.rounds)
if (values.help === true || unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
  if (unknown.length > 0) console.error(`no bench is called ${unknown.join(', ')}`)
  console.error(`pnpm bench [${Object.keys(BENCHES).join('|')}]… [--rounds 1..100] [--json FILE]`)
  process.exit(values.help === true ? 0 : 2)
}

const rows: Row[] = []
for (const [name, load] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.error(`measuring ${name} …`)
  rows.push(...(await (await load()).run(rounds)))
}
console.log(
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; median of ${rounds} paired rounds`,
)
print(rows)
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ node: process.versions.node, rounds, rows }, null, 2)}\n`)
