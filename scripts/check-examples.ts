// Compiles every ```ts block of the READMEs and guides, so that no example rots. A block that starts with `// file: name.ts` is
// kept under that name and may be imported by the blocks after it in the same page; the runnable ones are run by tests.
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { blocksOf } from './example-blocks.ts'

// inside test/examples, where every package can be imported by its name
const root = 'test/examples/.compiled'
rmSync(root, { recursive: true, force: true })
let count = 0
for (const page of ['README.md', ...globSync('{packages,apps}/*/README.md'), ...globSync('docs/guides/*.md')]) {
  const directory = join(root, page.replaceAll('/', '_').replace(/\.md$/, ''))
  for (const { name, code } of blocksOf(readFileSync(page, 'utf8'))) {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${code}\nexport {}\n`)
    count++
  }
}
writeFileSync(
  join(root, 'tsconfig.json'),
  JSON.stringify({ extends: '../../../tsconfig.base.json', compilerOptions: { noEmit: true }, include: ['**/*.ts'] }),
)
execFileSync('tsc', ['-p', root], { stdio: 'inherit' })
rmSync(root, { recursive: true })
console.log(`${count} examples compile`)
