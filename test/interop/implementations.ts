import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Program } from './peer.ts'

export interface Implementation {
  /** As its folder. */
  name: string
  title: string
  /** Commands that must be there to build it. */
  toolchain: string[]
  /** Builds it, in its folder; what was built before is not built again. */
  build: string[] | undefined
  program: Program
  /** How it takes part in the network of mixed.test.ts. */
  inMixedNetwork?: { title: string }
}

const HERE = import.meta.dirname

export const OURS: Program = { command: process.execPath, args: [join(HERE, 'ours.ts')], cwd: HERE }

/** README.md says how to add one. */
const ALL: Implementation[] = [
  {
    name: 'go',
    title: 'go-libp2p',
    toolchain: ['go'],
    build: ['bash', 'build.sh'],
    program: { command: './peer', args: [], cwd: join(HERE, 'go') },
    inMixedNetwork: { title: 'go-libp2p' },
  },
  {
    name: 'rust',
    title: 'rust-libp2p',
    toolchain: ['cargo'],
    build: ['bash', 'build.sh'],
    program: { command: './target/debug/interop-peer', args: [], cwd: join(HERE, 'rust') },
    inMixedNetwork: { title: 'rust-libp2p' },
  },
  {
    name: 'js2',
    title: 'js-libp2p 2',
    toolchain: [],
    build: undefined,
    program: { command: process.execPath, args: ['peer.ts'], cwd: join(HERE, 'js2') },
    inMixedNetwork: { title: 'js-libp2p 2' },
  },
  {
    name: 'python',
    title: 'py-libp2p',
    toolchain: ['python3'],
    build: ['bash', 'build.sh'],
    program: { command: './venv/bin/python', args: ['peer.py'], cwd: join(HERE, 'python') },
  },
]

/** Those that are in this checkout. */
export const IMPLEMENTATIONS = ALL.filter(({ program: { cwd }, build }) =>
  existsSync(build === undefined ? join(cwd, 'package.json') : join(cwd, 'build.sh')),
)

/** What is missing to build it; in CI nothing may be missing. */
export function missingToolchain({ name, toolchain }: Implementation): string | undefined {
  const missing = toolchain.filter(command => spawnSync('which', [command], { stdio: 'ignore' }).status !== 0)
  if (missing.length === 0) return undefined
  if (process.env['CI'] === 'true')
    throw new Error(`interop with ${name} needs ${missing.join(' and ')}, and is not skipped where CI=true`)
  return `no ${missing.join(' and no ')} on this machine`
}

/** Builds take minutes from scratch. */
const BUILD_TIMEOUT_MS = 1_200_000

/** Several test files need the same peer, and run at one time: the first builds it, the others wait. */
export function build({ name, build: script, program }: Implementation): void {
  if (script === undefined) return
  const [command, ...args] = hasFlock ? ['flock', 'build.sh', ...script] : script
  const { status, stdout, stderr, error } = spawnSync(command!, args, {
    cwd: program.cwd,
    encoding: 'utf8',
    timeout: BUILD_TIMEOUT_MS,
  })
  if (status !== 0)
    throw new Error(`the peer ${name} does not build (${error?.message ?? status}):\n${stdout}${stderr}`)
}

const hasFlock = spawnSync('flock', ['--version'], { stdio: 'ignore' }).status === 0
