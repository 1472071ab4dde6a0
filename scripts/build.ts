// Builds every package for publishing: JavaScript, types and source maps into dist/, and the generated protobuf code beside them.
// tsc knows the order from the project references.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'

const packages = globSync('{packages,apps}/*/tsconfig.json').map(dirname).sort()
const { status } = spawnSync('tsc', ['-b', ...packages], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
for (const directory of packages) {
  const generated = join(directory, 'src/gen')
  if (existsSync(generated)) cpSync(generated, join(directory, 'dist/gen'), { recursive: true })
}
console.log(`built ${packages.length} packages`)
