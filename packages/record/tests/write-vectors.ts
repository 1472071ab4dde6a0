// Writes spec/vectors/record-{valid,invalid}.json: node packages/record/tests/write-vectors.ts
import { writeFileSync } from 'node:fs'
import { vectorFiles } from './vector-files.ts'

for (const [path, content] of Object.entries(vectorFiles())) writeFileSync(path, content)
