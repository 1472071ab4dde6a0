import { defineConfig } from 'oxlint'
import type { OxlintOverride } from 'oxlint'

/**
 * The import rules of the house. One line a room: what it may import of the others.
 * docs/architecture.md draws this table; a room that is not listed here may not be imported at all.
 */
const ROOMS: Record<string, readonly string[]> = {
  codec: [],
  direct: ['codec'],
  broadcast: ['codec'],
  discovery: ['codec'],
  reconcile: [],
  record: [],
  replica: ['codec', 'reconcile'],
  offers: ['codec', 'record', 'replica'],
  mailbox: ['codec', 'direct', 'record', 'replica'],
  measure: ['codec', 'direct', 'broadcast'],
  tor: [],
  stack: [
    'codec',
    'direct',
    'broadcast',
    'discovery',
    'reconcile',
    'record',
    'replica',
    'offers',
    'mailbox',
    'measure',
    'tor',
  ],
  testkit: [
    'codec',
    'direct',
    'broadcast',
    'discovery',
    'reconcile',
    'record',
    'replica',
    'offers',
    'mailbox',
    'measure',
    'tor',
    'stack',
  ],
  simulator: ['codec', 'broadcast', 'measure', 'testkit'],
}

/** Rooms whose `src` may import `libp2p` itself; all others take narrow components typed by `@libp2p/interface`. */
const MAY_COMPOSE_LIBP2P = new Set(['stack', 'testkit', 'simulator'])
/** Rooms that need a machine: a process to start, a socket. Only other such rooms and `*.node.ts` files may import them. */
const NEEDS_NODE = new Set(['testkit', 'simulator', 'tor'])

const NODE_ONLY = {
  group: ['node:*'],
  message: 'Library packages run in browsers: put it behind an import condition (#native).',
}
const LIBP2P_ITSELF = {
  group: ['libp2p', 'libp2p/*'],
  message: 'Only stack, apps, test, bench and a package’s own tests import libp2p itself; take narrow components.',
}
/** `../../codec/src/bytes.ts` from anywhere, and the same from the root. */
const OTHER_SOURCES = {
  regex: '^(\\.\\./)+([\\w-]+/)*[\\w-]+/src/|(^|/)(packages|apps)/',
  message: 'Import a room by its name, never by a path into its sources.',
}

type Pattern = { message: string } & ({ group: string[] } | { regex: string })

function restricted(patterns: Pattern[]): ['error', { patterns: Pattern[] }] {
  return ['error', { patterns }]
}

function roomRules(room: string, allowed: readonly string[]): OxlintOverride[] {
  const forbidden = ['@stoa/*', ...[...allowed, room].map(name => `!@stoa/${name}`)]
  const arrows = {
    group: forbidden,
    message: `@stoa/${room} may import ${allowed.length === 0 ? 'no other room' : allowed.map(name => `@stoa/${name}`).join(', ')} (docs/architecture.md).`,
  }
  const patterns: Pattern[] = [
    arrows,
    OTHER_SOURCES,
    ...(NEEDS_NODE.has(room) ? [] : [NODE_ONLY]),
    ...(MAY_COMPOSE_LIBP2P.has(room) ? [] : [LIBP2P_ITSELF]),
  ]
  const patternsForTests = [{ ...arrows, group: [...forbidden, '!@stoa/testkit', '!@stoa/stack'] }, OTHER_SOURCES]

  return [
    { files: [`packages/${room}/src/**/*.ts`], rules: { 'no-restricted-imports': restricted(patterns) } },
    {
      files: [`packages/${room}/src/**/*.node.ts`],
      rules: { 'no-restricted-imports': restricted(patterns.filter(pattern => pattern !== NODE_ONLY)) },
    },
    {
      files: [`packages/${room}/src/**/*.test.ts`, `packages/${room}/tests/**/*.ts`],
      rules: { 'no-restricted-imports': restricted(patternsForTests) },
    },
    {
      // core/ is pure: events and the time go in, new state and effects come out
      files: [`packages/${room}/src/core/**/*.ts`],
      excludeFiles: ['**/*.test.ts'],
      rules: {
        'no-restricted-imports': restricted([
          ...patterns,
          {
            group: ['@libp2p/*', '@multiformats/*', '#*', '../net/**', '../../net/**'],
            message: 'core/ is pure: no libp2p, no platform, no effects.',
          },
        ]),
        'no-restricted-globals': [
          'error',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'queueMicrotask',
          'performance',
          'crypto',
          'process',
          'fetch',
        ],
        'no-restricted-properties': [
          'error',
          { object: 'Date', property: 'now', message: 'core/ takes the time as an argument.' },
          { object: 'Math', property: 'random', message: 'core/ takes randomness as an argument.' },
        ],
      },
    },
  ]
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['**/dist/**', '**/gen/**', '**/node_modules/**', '**/venv/**'],
  rules: {
    'no-restricted-imports': restricted([OTHER_SOURCES]),
    'import/no-cycle': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': 'error',
    'no-console': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    // a second argument says which of many values failed
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/expect-expect': [
      'error',
      { assertFunctionNames: ['expect', 'attack', 'until', 'eventually', 'fc.assert', 'cell'] },
    ],
    'vitest/no-focused-tests': 'error',
    'vitest/no-disabled-tests': 'error',
  },
  overrides: [
    ...Object.entries(ROOMS).flatMap(([room, allowed]) => roomRules(room, allowed)),
    { files: ['apps/**', 'bench/**', 'scripts/**', 'test/**'], rules: { 'no-console': 'off' } },
  ],
})
