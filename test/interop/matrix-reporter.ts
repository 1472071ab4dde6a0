import { FEATURES } from './features.ts'
import { IMPLEMENTATIONS } from './implementations.ts'
import { OUR_VERSIONS } from './our-versions.ts'
import { readMatrix, writeMatrix } from './recorded-matrix.ts'
import { table } from './table.ts'
import type { Reporter, TestModule } from 'vitest/node'
import type { Feature } from './features.ts'
import type { Matrix, Outcome } from './recorded-matrix.ts'

/** What a suite is called that a machine without its toolchain skips. */
const SKIPPED = / \(skipped: .*\)$/
/** One cell has many tests: the worst of them counts. */
const FAILED = 'FAIL'

/** Prints the matrix of what was run. `INTEROP_MATRIX=write` records it, `check` (and CI) fails when it is not what is recorded. */
export default class MatrixReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules)
      for (const { name } of module.children.suites()) if (SKIPPED.test(name)) console.log(name)
    const found = collect(modules)
    if (Object.keys(found).length === 0) return
    print(found)
    const mode = process.env['INTEROP_MATRIX'] ?? (process.env['CI'] === 'true' ? 'check' : 'show')
    if (mode === 'write') {
      writeMatrix({ ...readMatrix(), stoa: { versions: OUR_VERSIONS, cells: {} }, ...withoutFailures(found) })
      return
    }
    const differences = compare(found, readMatrix())
    if (differences.length === 0) return
    console.log(['docs/interop.md is out of date; pnpm test:interop --write mends it:', ...differences].join('\n  '))
    if (mode === 'check') process.exitCode = 1
  }
}

function collect(modules: readonly TestModule[]): Matrix {
  const matrix: Matrix = {}
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { cell, versions } = test.meta()
      if (versions !== undefined)
        (matrix[versions.implementation] ??= { versions: {}, cells: {} }).versions = pinned(versions.of)
      if (cell === undefined) continue
      const { cells } = (matrix[cell.implementation] ??= { versions: {}, cells: {} })
      const { state } = test.result()
      const outcome = state === 'failed' ? FAILED : state === 'passed' ? 'pass' : (cell.skipped ?? 'skipped')
      cells[cell.feature] = worse(cells[cell.feature], outcome)
    }
  }
  return matrix
}

/** Without what the machine brings: only what lock files pin can be compared. */
function pinned(versions: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(versions).filter(([name]) => !TOOLCHAINS.has(name)))
}

const TOOLCHAINS = new Set(['go', 'rustc', 'python'])

function worse(known: Outcome | undefined, outcome: Outcome): Outcome {
  if (known === undefined || known === 'pass') return outcome
  return known === FAILED || outcome === 'pass' ? known : outcome
}

function print(matrix: Matrix): void {
  const names = IMPLEMENTATIONS.filter(({ name }) => name in matrix)
  const rows = Object.entries(FEATURES).map(([feature, title]) => [
    title,
    ...names.map(({ name }) => short(matrix[name]?.cells[feature as Feature])),
  ])
  console.log(`\n${table(['Stoa with', ...names.map(({ title }) => title)], rows)}\n`)
  console.log(`Stoa: ${listOf(OUR_VERSIONS)}`)
  for (const { name, title } of names) {
    const { versions, cells } = matrix[name]!
    console.log(`${title}: ${listOf(versions)}`)
    const reasons = new Set(Object.values(cells).filter(outcome => outcome !== 'pass' && outcome !== FAILED))
    for (const reason of reasons) console.log(`  skip: ${reason}`)
  }
}

function short(outcome: Outcome | undefined): string {
  if (outcome === undefined) return ''
  return outcome === 'pass' || outcome === FAILED ? outcome : 'skip'
}

function listOf(versions: Record<string, string>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}

function withoutFailures(found: Matrix): Matrix {
  const failed = Object.entries(found).filter(([, { cells }]) => Object.values(cells).includes(FAILED))
  if (failed.length > 0) throw new Error(`not written: ${failed.map(([name]) => name).join(', ')} failed`)
  return found
}

/** Cells that were not run now are not compared. */
function compare(found: Matrix, recorded: Matrix): string[] {
  return Object.entries(found).flatMap(([name, { versions, cells }]) => {
    const known = recorded[name] ?? { versions: {}, cells: {} }
    const changed = Object.entries(cells)
      .filter(([feature, outcome]) => outcome !== FAILED && known.cells[feature as Feature] !== outcome)
      .map(([feature, outcome]) => `${name}, ${feature}: ${outcome}`)
    const isSame = JSON.stringify(versions) === JSON.stringify(known.versions)
    return isSame || Object.keys(versions).length === 0 ? changed : [...changed, `${name}: ${listOf(versions)}`]
  })
}
