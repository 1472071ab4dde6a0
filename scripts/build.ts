// Builds the package in the current directory for publishing: `tsc -b` into dist/, and the generated protobuf code beside it.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'

const tsc = spawnSync('tsc', ['-b'], { stdio: 'inherit' })
if (tsc.status !== 0) process.exit(tsc.status ?? 1)
if (existsSync('src/gen')) cpSync('src/gen', 'dist/gen', { recursive: true })
