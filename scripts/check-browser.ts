// Bundles every library package as a browser would get it: nothing of Node may be reached outside the import condition for it.
// A package that needs a machine says so in its package.json ("stoa": { "platform": "node" }) and is left out; another that
// reached it from its browser side would reach Node, and fail.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

interface Manifest {
  name: string
  private?: boolean
  stoa?: { platform?: 'node' }
}

const builtins = new Set(builtinModules.flatMap(name => [name, `node:${name}`]))
const found: string[] = []
// inside test/examples, where every package can be imported by its name
const directory = mkdtempSync('test/examples/.compiled-browser-')
try {
  const names = globSync('packages/*/package.json')
    .map(path => JSON.parse(readFileSync(path, 'utf8')) as Manifest)
    .filter(manifest => manifest.private !== true && manifest.stoa?.platform !== 'node')
    .map(manifest => manifest.name)
  const entry = join(directory, 'entry.js')
  writeFileSync(entry, names.map((name, index) => `export * as p${index} from '${name}'`).join('\n'))
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    onLog: () => {},
    plugins: [
      {
        name: 'no-node',
        async resolveId(source, importer) {
          if (!builtins.has(source)) return null
          // `events` and `buffer` are packages, too
          const asPackage = source.startsWith('node:') ? null : await this.resolve(`${source}/`, importer)
          if (asPackage !== null && !asPackage.external) return asPackage
          found.push(`${source} in ${importer ?? entry}`)
          return { id: source, external: true }
        },
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const bytes = output.reduce((sum, part) => sum + (part.type === 'chunk' ? part.code.length : 0), 0)
  if (found.length > 0) throw new Error(`a browser has no\n  ${found.join('\n  ')}`)
  console.log(`${names.length} packages bundle for browsers: ${Math.round(bytes / 1024)} KiB together, libp2p included`)
} finally {
  rmSync(directory, { recursive: true })
}
