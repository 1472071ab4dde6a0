import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FEATURES } from './features.ts'
import { build, IMPLEMENTATIONS, missingToolchain } from './implementations.ts'
import { Lab } from './lab.ts'
import { NETWORK_FEATURES } from './network-features.ts'
import { listenOn } from './node.ts'
import { PAIR_FEATURES } from './pair-features.ts'
import { PeerError } from './peer.ts'
import type { TestContext } from 'vitest'
import type { Feature } from './features.ts'
import type { Implementation } from './implementations.ts'
import type { Transport } from './node.ts'
import type { Pair } from './pair-features.ts'

/** From scratch, Rust takes minutes. */
const BUILD_TIMEOUT_MS = 1_200_000
const TEST_TIMEOUT_MS = 120_000

/** All cells of one row. */
export function testImplementation(name: string): void {
  const kind = IMPLEMENTATIONS.find(implementation => implementation.name === name)
  if (kind === undefined) throw new Error(`${name} is not in implementations.ts`)
  const missing = missingToolchain(kind)
  const suffix = missing === undefined ? '' : ` (skipped: ${missing})`
  describe.skipIf(missing !== undefined)(`interop with ${kind.title}${suffix}`, () => {
    beforeAll(() => build(kind), BUILD_TIMEOUT_MS)
    testVersions(kind)
    for (const transport of ['tcp', 'ws'] as const) {
      for (const dialler of ['ours', 'theirs'] as const) testPair(kind, transport, dialler)
    }
    for (const [feature, body] of Object.entries(NETWORK_FEATURES)) {
      test(`${FEATURES[feature as Feature]}`, { timeout: TEST_TIMEOUT_MS }, context =>
        cell(context, kind, feature as Feature, async () => {
          await using lab = new Lab()
          await lab.run(() => body(lab, kind))
        }),
      )
    }
  })
}

/** What it is made of, for the table. */
function testVersions(kind: Implementation): void {
  test('it says what it is made of', async ({ task }) => {
    await using lab = new Lab()
    const node = await lab.start(kind.name, kind)
    const { version } = await node.call('hello')
    expect(Object.keys(version)).not.toEqual([])
    task.meta.versions = { implementation: kind.name, of: version }
  })
}

function testPair(kind: Implementation, transport: Transport, dialler: 'ours' | 'theirs'): void {
  describe(`over ${FEATURES[transport]}, ${dialler === 'ours' ? 'ours' : kind.name} dials`, () => {
    const lab = new Lab()
    let pair: Pair | undefined
    let failure: unknown
    beforeAll(async () => {
      try {
        pair = await lab.run(() => connect(lab, kind, transport, dialler))
      } catch (error) {
        failure = error
      }
    })
    afterAll(() => lab[Symbol.asyncDispose]())

    const testCell = (feature: Feature, body: (pair: Pair) => Promise<void>): void =>
      test(`${FEATURES[feature]}`, { timeout: TEST_TIMEOUT_MS }, context =>
        cell(context, kind, feature, async () => {
          if (pair === undefined) throw failure
          await lab.run(() => body(pair!))
        }),
      )
    testCell(transport, async ({ ours, theirs }) => {
      expect((await ours.call('peers')).peers).toContain(theirs.id)
      expect((await theirs.call('peers')).peers).toContain(ours.id)
    })
    for (const [feature, body] of Object.entries(PAIR_FEATURES)) testCell(feature as Feature, body)
  })
}

async function connect(
  lab: Lab,
  kind: Implementation,
  transport: Transport,
  dialler: 'ours' | 'theirs',
): Promise<Pair> {
  const listen = listenOn(transport)
  const [ours, theirs] = await Promise.all([
    lab.start('ours', 'ours', { listen }),
    lab.start(kind.name, kind, { listen }),
  ])
  const [from, to] = dialler === 'ours' ? [ours, theirs] : [theirs, ours]
  return { ours, theirs, transport, dialled: await from.dial(to, transport) }
}

/** Tells the table which cell a test belongs to; what an implementation cannot do is skipped with its reason. */
async function cell(
  context: TestContext,
  { name: implementation }: Implementation,
  feature: Feature,
  body: () => Promise<void>,
): Promise<void> {
  context.task.meta.cell = { implementation, feature }
  try {
    await body()
  } catch (error) {
    if (!(error instanceof PeerError) || error.code !== 'unsupported') throw error
    // without the logs that were added to it
    const reason = error.message.split('\n', 1)[0]!.replace(/^.*?unsupported: /, '')
    context.task.meta.cell = { implementation, feature, skipped: reason }
    context.skip(reason)
  }
}

declare module 'vitest' {
  interface TaskMeta {
    versions?: { implementation: string; of: Record<string, string> }
    cell?: { implementation: string; feature: Feature; skipped?: string }
  }
}
