import { Initiator, ReconcileError, ReconcileTree, respond } from '@stoa/reconcile'
import { random } from '@stoa/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hex, treeOf, unhex } from './sets.ts'
import type { Item, ReconcileOptions } from '@stoa/reconcile'
import type { Random } from '@stoa/testkit'

const OPTIONS = { frameLimitBytes: 8_192, maxMessageBytes: 65_536, maxHave: 100 } satisfies ReconcileOptions

function someItems(source: Random, count: number): Item[] {
  return Array.from({ length: count }, () => ({ timestamp: source.int(0, 1_000), id: source.bytes(32) }))
}

/** Messages of an honest session, of either side. */
function honestMessages(source: Random): { tree: ReconcileTree; messages: Uint8Array[] } {
  const shared = someItems(source, 400)
  const [ours, theirs] = [0, 1].map(() => treeOf([...shared, ...someItems(source, 20)])) as [
    ReconcileTree,
    ReconcileTree,
  ]
  const initiator = new Initiator(ours, OPTIONS)
  const messages: Uint8Array[] = []
  for (let message: Uint8Array | undefined = initiator.open(); message !== undefined;) {
    const answer = respond(theirs, message, OPTIONS)
    messages.push(message, answer)
    message = initiator.next(answer).message
  }
  return { tree: theirs, messages }
}

/** What takes a message either refuses it with the one error there is, or answers within the frame. */
function take(tree: ReconcileTree, message: Uint8Array): string {
  const initiator = new Initiator(tree, OPTIONS)
  initiator.open()
  const outcomes = [() => respond(tree, message, OPTIONS), () => initiator.next(message).message].map(run => {
    try {
      const answer = run()
      return answer === undefined || answer.length <= OPTIONS.frameLimitBytes ? 'fine' : `${answer.length} bytes`
    } catch (error) {
      return error instanceof ReconcileError ? 'fine' : String(error)
    }
  })
  return outcomes.find(outcome => outcome !== 'fine') ?? 'fine'
}

test('mutated messages are refused with a ReconcileError or answered within the frame', () => {
  fc.assert(
    fc.property(fc.integer(), seed => {
      const source = random(seed)
      const { tree, messages } = honestMessages(source)
      for (let mutation = 0; mutation < 20; mutation++) {
        const message = Uint8Array.from(source.pick(messages))
        for (let change = source.int(1, 3); change > 0; change--)
          message[source.int(0, message.length - 1)] = source.int(0, 255)
        const cut = message.subarray(0, source.chance(0.3) ? source.int(0, message.length) : message.length)
        expect(take(tree, cut), hex(cut)).toBe('fine')
      }
    }),
    { numRuns: 100 },
  )
})

test('garbage is refused with a ReconcileError or answered within the frame', () => {
  const tree = treeOf(someItems(random('garbage'), 500))
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      expect(take(tree, Uint8Array.of(0x61, ...bytes))).toBe('fine')
      expect(take(tree, bytes)).toBe('fine')
    }),
    { numRuns: 2_000 },
  )
})

test('a message is not kept: what becomes of its bytes later changes nothing that was reported', () => {
  const id = new Uint8Array(32).fill(7)
  const initiator = new Initiator(new ReconcileTree())
  initiator.open()
  const message = Buffer.concat([unhex('6100000201'), id])
  const { need } = initiator.next(message)
  message.fill(0)
  expect(need.map(hex)).toEqual([hex(id)])
})

test('a peer that always claims a difference gets one more round each time, and no longer messages', () => {
  const tree = treeOf(someItems(random('liar'), 5_000))
  const initiator = new Initiator(tree, OPTIONS)
  let message: Uint8Array | undefined = initiator.open()
  const lie = unhex(`61000001${'00'.repeat(16)}`)
  for (let round = 1; round <= 50; round++) {
    message = initiator.next(lie).message
    expect(message?.length).toBeLessThan(OPTIONS.frameLimitBytes)
    expect(initiator.rounds).toBe(round)
  }
  expect(initiator.isDone).toBe(false)
})

test('a peer that claims to have nothing learns of no more than maxHave ids a message', () => {
  const tree = treeOf(someItems(random('empty'), 1_000))
  const initiator = new Initiator(tree, OPTIONS)
  initiator.open()
  const { have, omitted, message } = initiator.next(unhex('6100000200'))
  expect(have).toHaveLength(OPTIONS.maxHave)
  expect(omitted).toBe(1_000 - OPTIONS.maxHave)
  expect(message).toBeUndefined()
})

test('ids that a session omitted are found by the next ones', () => {
  const items = someItems(random('omitted'), 350)
  const [ours, theirs] = [treeOf(items), new ReconcileTree()]
  const timestamps = new Map(items.map(({ timestamp, id }) => [hex(id), timestamp]))
  for (let session = 1; session <= 4; session++) {
    const initiator = new Initiator(ours, OPTIONS)
    const { have } = initiator.next(respond(theirs, initiator.open(), OPTIONS))
    for (const id of have) theirs.insert(timestamps.get(hex(id))!, id)
  }
  expect(theirs.fingerprint()).toEqual(ours.fingerprint())
})

test('an id is reported once, however often a peer lists it', () => {
  const tree = new ReconcileTree()
  const id = new Uint8Array(32).fill(7)
  tree.insert(5, id)
  const initiator = new Initiator(tree, OPTIONS)
  initiator.open()
  const other = new Uint8Array(32).fill(9)
  // twice in one list, and again in the next
  const lists = `0b0002 03 ${hex(id)}${hex(other)}${hex(other)} 0000 02 02 ${hex(other)}${hex(id)}`
  const { have, need } = initiator.next(unhex(`61${lists.replaceAll(' ', '')}`))
  expect(have).toEqual([])
  expect(need.map(hex)).toEqual([hex(other), hex(id)])
})

test('every answer fits into the frame, whatever is asked', () => {
  const tree = treeOf(someItems(random('frames'), 3_000))
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          delta: fc.integer({ min: 0, max: 20 }),
          mode: fc.constantFrom('00', `01${'00'.repeat(16)}`, '0200'),
        }),
        { maxLength: 200 },
      ),
      fc.constantFrom(4_096, 5_000, 20_000),
      (ranges, frameLimitBytes) => {
        const message = ranges
          .map(({ delta, mode }) => `${(delta + 1).toString(16).padStart(2, '0')}00${mode}`)
          .join('')
        const answer = respond(tree, unhex(`61${message}`), { frameLimitBytes })
        expect(answer.length).toBeLessThanOrEqual(frameLimitBytes)
      },
    ),
    { numRuns: 300 },
  )
})
