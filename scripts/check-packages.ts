// Packs every public package as pnpm would publish it and lets publint and are-the-types-wrong look at the tarball.
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const target = mkdtempSync(join(tmpdir(), 'stoa-pack-'))
try {
  for (const manifest of globSync('{packages,apps}/*/package.json')) {
    const { name, private: isPrivate } = JSON.parse(readFileSync(manifest, 'utf8'))
    if (isPrivate === true) continue
    execFileSync('pnpm', ['pack', '--pack-destination', target], {
      cwd: dirname(manifest),
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [tarball] = globSync(join(target, '*.tgz'))
    if (tarball === undefined) throw new Error(`${name} was not packed`)
    console.log(`  ${name}`)
    execFileSync('publint', ['run', tarball, '--strict'], { stdio: 'inherit' })
    // ESM only: what CommonJS would see does not matter
    if (manifest.startsWith('packages/'))
      execFileSync('attw', [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--quiet'], {
        stdio: 'inherit',
      })
    rmSync(tarball)
  }
} finally {
  rmSync(target, { recursive: true })
}
