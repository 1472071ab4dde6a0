#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

// Half of the time to start goes into compiling libp2p. Not Node's default place, which is in the shared /tmp.
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'stoa', 'compile'))

// imported after it, or they would be compiled without the cache
const { run } = await import('./cli/program.ts')
await run(process.argv)
