import { Initiator, ReconcileTree, respond } from '@stoa/reconcile'
import { seeded } from '@stoa/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build, hasCargo, hex, Peer, unhex } from './peer.ts'
import { makeSets } from './sets.ts'
import { itemsOf, vectors } from './vectors.ts'
import type { Item } from '@stoa/reconcile'
import type { Shape } from './sets.ts'

if (!hasCargo && process.env['CI'] === 'true')
  throw new Error('interop with the crate negentropy needs cargo, and is not skipped where CI=true')

const MILLISECONDS = 1_790_000_000_000n
const NO_BOUNDS = { maxMessageBytes: 2 ** 26, maxRanges: 2 ** 20, maxIds: 2 ** 20, maxHave: 2 ** 20 }
/** Ours and theirs; 0 is none. */
const FRAME_LIMITS = [
  [0, 0],
  [4_096, 4_096],
  [4_096, 60_000],
  [60_000, 0],
] as const

const SHAPES: Record<string, Shape[]> = {
  'empty and small sets': [0, 1, 2, 31, 32, 33, 64, 500].flatMap(size =>
    [0, 0.1, 0.5, 1].map(different => ({
      size,
      different,
      runs: false,
      firstTimestamp: MILLISECONDS,
      timestamps: 1_000,
    })),
  ),
  'timestamps that many items share': [1, 2, 20].flatMap(timestamps =>
    [0.01, 0.3].map(different => ({ size: 3_000, different, runs: false, firstTimestamp: MILLISECONDS, timestamps })),
  ),
  'timestamps from 0 to 2^64 - 2': [0n, 2n ** 32n - 500n, 2n ** 53n - 500n, 2n ** 63n - 500n, 2n ** 64n - 1_001n].map(
    firstTimestamp => ({ size: 2_000, different: 0.05, runs: false, firstTimestamp, timestamps: 1_000 }),
  ),
  'differences in runs': [0.01, 0.1, 0.5].map(different => ({
    size: 10_000,
    different,
    runs: true,
    firstTimestamp: MILLISECONDS,
    timestamps: 10_000_000,
  })),
  '100,000 items': [
    { size: 100_000, different: 0.000_5, runs: false, firstTimestamp: MILLISECONDS, timestamps: 1_000_000_000 },
    { size: 100_000, different: 0.02, runs: true, firstTimestamp: MILLISECONDS, timestamps: 50_000 },
    { size: 100_000, different: 0, runs: false, firstTimestamp: MILLISECONDS, timestamps: 1_000_000_000 },
  ],
}

describe.skipIf(!hasCargo)(`the crate negentropy agrees byte for byte${hasCargo ? '' : ' (skipped: no cargo)'}`, () => {
  let peer: Peer
  beforeAll(() => {
    build()
    peer = new Peer()
  })
  afterAll(() => peer?.[Symbol.asyncDispose]())

  test.each(Object.keys(SHAPES))('%s', name =>
    seeded(async random => {
      for (const shape of SHAPES[name]!) {
        const { ours, theirs } = makeSets(shape, random)
        await peer.load(ours, theirs)
        const trees: Trees = [treeOf(ours), treeOf(theirs)]
        for (const limits of FRAME_LIMITS) {
          const found = await reconcileBoth(peer, trees, limits)
          const expected = { have: only(ours, theirs), need: only(theirs, ours) }
          expect(found.ours).toEqual(expected)
          expect(found.crate).toEqual(expected)
        }
      }
    }),
  )

  test.each(vectors.sessions)('vector, session: $description', async ({ initiator, responder, messages }) => {
    await peer.load(itemsOf(initiator.items), itemsOf(responder.items))
    const sent: string[] = []
    let message: Uint8Array | undefined = await peer.start(initiator.frameLimitBytes, responder.frameLimitBytes)
    while (message !== undefined) {
      const answer = await peer.respond(message)
      sent.push(hex(message), hex(answer))
      message = (await peer.next(answer)).message
    }
    expect(sent).toEqual(messages)
  })

  test.each(vectors.answers)('vector, answer: $description', async ({ items, frameLimitBytes, message, answer }) => {
    await peer.load([], itemsOf(items))
    await peer.start(0, frameLimitBytes)
    expect(hex(await peer.respond(unhex(message)))).toBe(answer)
  })
})

type Trees = [ours: ReconcileTree, theirs: ReconcileTree]

interface Found {
  have: string[]
  need: string[]
}

/** A session of which every message of either side is computed by both implementations. */
async function reconcileBoth(
  peer: Peer,
  [ours, theirs]: Trees,
  [ourLimit, theirLimit]: readonly [number, number],
): Promise<{ ours: Found; crate: Found }> {
  const initiator = new Initiator(ours, { ...NO_BOUNDS, frameLimitBytes: ourLimit })
  const found = { ours: new Differences(), crate: new Differences() }
  let message: Uint8Array | undefined = initiator.open()
  expect(hex(message)).toBe(hex(await peer.start(ourLimit, theirLimit)))
  while (message !== undefined) {
    const answer = respond(theirs, message, { ...NO_BOUNDS, frameLimitBytes: theirLimit })
    expect(hex(answer)).toBe(hex(await peer.respond(message)))
    const round = initiator.next(answer)
    const crateRound = await peer.next(answer)
    expect(round.message && hex(round.message)).toBe(crateRound.message && hex(crateRound.message))
    found.ours.add(round.have.map(hex), round.need.map(hex))
    found.crate.add(crateRound.have, crateRound.need)
    message = round.message
  }
  // the crate reports an id again when a full frame made a range come twice; ours must not
  return { ours: found.ours.all(), crate: found.crate.distinct() }
}

class Differences {
  readonly #have: string[] = []
  readonly #need: string[] = []

  add(have: string[], need: string[]): void {
    this.#have.push(...have)
    this.#need.push(...need)
  }

  all(): Found {
    return { have: this.#have.toSorted(), need: this.#need.toSorted() }
  }

  distinct(): Found {
    return { have: [...new Set(this.#have)].sort(), need: [...new Set(this.#need)].sort() }
  }
}

function treeOf(items: Item[]): ReconcileTree {
  const tree = new ReconcileTree()
  for (const { timestamp, id } of items) tree.insert(timestamp, id)
  return tree
}

function only(items: Item[], others: Item[]): string[] {
  const known = new Set(others)
  return items
    .filter(item => !known.has(item))
    .map(item => hex(item.id))
    .sort()
}
