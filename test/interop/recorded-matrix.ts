import { readFileSync, writeFileSync } from 'node:fs'
import type { Feature } from './features.ts'

const FILE = new URL('matrix.json', import.meta.url)

/** `pass`, or why it is left out. */
export type Outcome = 'pass' | (string & {})

export interface Row {
  /** Packages, as its lock files pin them. */
  versions: Record<string, string>
  cells: Partial<Record<Feature, Outcome>>
}

/** By the names of implementations.ts: what docs/interop.md says. Written by `pnpm test:interop --write`. */
export type Matrix = Record<string, Row>

export function readMatrix(): Matrix {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Matrix
}

export function writeMatrix(matrix: Matrix): void {
  writeFileSync(FILE, `${JSON.stringify(matrix, undefined, 2)}\n`)
}
