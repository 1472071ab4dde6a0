// Writes spec/vectors/mailbox-{valid,invalid}.json: node packages/mailbox/tests/write-vectors.ts
import { writeFileSync } from 'node:fs'
import { vectorFiles } from './vector-files.ts'

for (const [path, content] of Object.entries(await vectorFiles())) writeFileSync(path, content)
