// Everything that must hold before a commit lands, cheap before dear. `pnpm verify --fast` leaves the tests and the build out.
import { spawnSync } from 'node:child_process'

const STEPS: Array<[what: string, command: string, args: string[], slow?: true]> = [
  ['format', 'oxfmt', ['--check']],
  ['lint and import rules', 'oxlint', []],
  ['types', 'tsc', []],
  ['generated code', 'node', ['scripts/generate.ts', '--check']],
  ['generated documentation', 'node', ['scripts/configuration.ts', '--check']],
  ['matrix of interoperability', 'node', ['scripts/interop.ts', '--check']],
  ['unused code and dependencies', 'knip', []],
  ['examples in READMEs and guides', 'node', ['scripts/check-examples.ts']],
  ['packages in browsers', 'node', ['scripts/check-browser.ts']],
  ['tests and vectors', 'vitest', ['run'], true],
  ['build', 'turbo', ['run', 'compile', '--output-logs=errors-only'], true],
  ['publishable packages', 'node', ['scripts/check-packages.ts'], true],
]

const fast = process.argv.includes('--fast')
const withoutTests = process.argv.includes('--no-tests')
for (const [what, command, args, slow] of STEPS) {
  if ((fast && slow) || (withoutTests && command === 'vitest')) continue
  const started = performance.now()
  console.log(`\n▸ ${what}: ${[command, ...args].join(' ')}`)
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  })
  if (status !== 0) {
    console.error(`\n✗ ${what} failed${error === undefined ? '' : `: ${error.message}`}`)
    process.exit(status ?? 1)
  }
  console.log(`✓ ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
}
