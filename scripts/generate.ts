// Generates src/gen/*.js and *.d.ts of each package from the .proto files it names in package.json ("stoa": { "proto": [...] }).
// protons writes TypeScript with enums and namespaces, which Node cannot run by stripping types, so tsc turns it into plain JavaScript.
//   node scripts/generate.ts            writes
//   node scripts/generate.ts --check    fails when what is committed differs from what the .proto files say
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const check = process.argv.includes('--check')
const stale: string[] = []

for (const manifest of globSync('{packages,apps}/*/package.json')) {
  const protos: string[] = JSON.parse(readFileSync(manifest, 'utf8')).stoa?.proto ?? []
  if (protos.length === 0) continue
  const room = join(manifest, '..')
  const target = join(room, 'src/gen')
  // inside the package, so that the imports of the generated code resolve
  const temporary = mkdtempSync(join(room, '.gen-'))
  try {
    execFileSync('protons', ['--output', temporary, ...protos.map(name => join('spec/proto', name))], {
      stdio: 'inherit',
    })
    execFileSync(
      'tsc',
      [
        '--ignoreConfig',
        '--target',
        'es2024',
        '--module',
        'nodenext',
        '--skipLibCheck',
        '--declaration',
        '--outDir',
        temporary,
        ...protos.map(name => join(temporary, basename(name, '.proto') + '.ts')),
      ],
      { stdio: 'inherit' },
    )
    const wanted = readdirSync(temporary).filter(name => name.endsWith('.js') || name.endsWith('.d.ts'))
    mkdirSync(target, { recursive: true })
    for (const name of wanted) {
      const fresh = readFileSync(join(temporary, name), 'utf8')
      const path = join(target, name)
      if (existsSync(path) && readFileSync(path, 'utf8') === fresh) continue
      if (check) stale.push(path)
      else writeFileSync(path, fresh)
    }
    for (const name of readdirSync(target).filter(name => !wanted.includes(name))) {
      if (check) stale.push(join(target, name))
      else rmSync(join(target, name))
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

if (stale.length > 0) {
  console.error(`generated code is out of date, run \`pnpm generate\`:\n  ${stale.join('\n  ')}`)
  process.exit(1)
}
