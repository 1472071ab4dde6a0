import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deliver } from './deliver.ts'
import { isOver, newOutgoing, restoredOutgoing } from './outgoing.ts'
import type { Outgoing, OutgoingEffect, OutgoingEvent, Progress, Terms } from './outgoing.ts'

const OPTIONS = { retryMs: 30_000, maxRetryMs: 3_600_000, minReplicas: 3 }
const TERMS: Terms = { expiresMs: 1_000_000, receiver: 'receiver', devices: 1 }
const RECEIPT = Uint8Array.of(1)
const FAILED = { code: 'unreachable', message: 'nobody there' } as const

/** One delivery, what its row says, and what was told. */
class World {
  outgoing: Outgoing = newOutgoing(0)
  row: Progress | undefined = this.outgoing.progress
  nowMs = 0
  readonly told: Progress[] = []
  /** Tellings of what was not on the disk. */
  faults = 0
  readonly terms: Terms

  constructor(devices = 1) {
    this.terms = { ...TERMS, devices }
  }

  /** @param effectsUntilCrash after so many the process ends, and comes back with the row */
  happen(event: OutgoingEvent, effectsUntilCrash = Number.POSITIVE_INFINITY): readonly OutgoingEffect[] {
    if (this.row === undefined) return []
    const step = deliver(this.outgoing, event, this.terms, OPTIONS, { nowMs: this.nowMs, jitter: 0.5 })
    this.outgoing = step.outgoing
    for (const [index, effect] of step.effects.entries()) {
      if (index >= effectsUntilCrash) break
      if (effect === 'persist') this.row = step.outgoing.progress
      if (effect === 'withdraw') this.row = undefined
      if (effect === 'tell') {
        if (this.row !== undefined && this.row !== step.outgoing.progress) this.faults++
        this.told.push(step.outgoing.progress)
      }
    }
    if (step.effects.length > effectsUntilCrash) this.crash()
    return step.effects
  }

  crash(): void {
    if (this.row !== undefined) this.outgoing = restoredOutgoing(this.row)
  }
}

const peer = fc.constantFrom('a', 'b', 'c', 'd', 'receiver')
const event: fc.Arbitrary<OutgoingEvent> = fc.oneof(
  fc.constant({ type: 'due' } as const),
  fc.record({ type: fc.constant('resumed' as const), held: fc.constantFrom('letter' as const, 'nothing' as const) }),
  fc.record({ type: fc.constant('peer-came' as const), peer }),
  fc.record({
    type: fc.constant('handed-over' as const),
    result: fc.oneof(
      fc.constant({ kind: 'kept' } as const),
      fc.record({ kind: fc.constant('failed' as const), error: fc.constant(FAILED), mayHave: fc.boolean() }),
    ),
  }),
  fc.constant({ type: 'published' } as const),
  fc.constant({ type: 'not-published', error: FAILED } as const),
  fc.record({ type: fc.constant('kept' as const), peer }),
  fc.constant({ type: 'not-kept', error: FAILED } as const),
  fc.constant({ type: 'asked' } as const),
  fc.constant({ type: 'receipt-published' } as const),
  fc.constant({ type: 'receipt-not-published' } as const),
  fc.constant({ type: 'released' } as const),
)
const happening = fc.record({
  event,
  effects: fc.option(fc.nat(3), { nil: undefined }),
  waitMs: fc.nat(100_000),
})
const history = fc.array(happening, { maxLength: 60 })

test('whatever happens in whatever order, and wherever it crashes, a letter ends delivered when there is a receipt, else expired', () => {
  fc.assert(
    fc.property(
      history,
      history,
      fc.boolean(),
      fc.integer({ min: 1, max: 3 }),
      (before, after, isReceived, devices) => {
        const world = new World(devices)
        const play = (happenings: typeof before): void => {
          for (const { event: what, effects, waitMs } of happenings) {
            world.nowMs += waitMs
            world.happen(what, effects)
          }
        }
        world.happen({ type: 'released' })
        play(before)
        if (isReceived) world.happen({ type: 'receipt', receipt: RECEIPT })
        const wasDelivered = world.outgoing.progress.state === 'delivered'
        play(after)
        world.crash()
        world.nowMs = Math.max(world.nowMs, TERMS.expiresMs)
        world.happen({ type: 'resumed', held: 'nothing' })
        world.happen({ type: 'due' })
        expect(wasDelivered).toBe(isReceived)
        expect(world.faults).toBe(0)
        expect(world.row?.state).toBe(isReceived ? 'delivered' : 'expired')
        // once told, it stays so
        const states = world.told.map(({ state }) => state)
        const sinceDelivered = states.includes('delivered') ? states.slice(states.indexOf('delivered')) : []
        expect(sinceDelivered.every(state => state === 'delivered')).toBe(true)
      },
    ),
  )
})

test('a peer that says twice that it keeps a letter is counted once', () => {
  fc.assert(
    fc.property(history, happenings => {
      const world = new World()
      for (const { event: what, effects, waitMs } of happenings) {
        world.nowMs += waitMs
        world.happen(what, effects)
        for (const { holders } of [world.outgoing.progress, world.row ?? world.outgoing.progress]) {
          expect(new Set(holders).size).toBe(holders.length)
        }
      }
    }),
  )
})

test('what is not over always has something under way, or a time at which it goes on', () => {
  fc.assert(
    fc.property(history, happenings => {
      const world = new World()
      world.happen({ type: 'released' })
      for (const { event: what, effects, waitMs } of happenings) {
        world.nowMs += waitMs
        world.happen(what, effects)
      }
      const { progress, activity } = world.outgoing
      if (isOver(progress) || activity !== 'none') return
      world.nowMs = Math.max(world.nowMs, Math.min(progress.nextMs, TERMS.expiresMs))
      const effects = world.happen({ type: 'due' })
      expect(effects.length).toBeGreaterThan(0)
    }),
  )
})

test('a letter is taken back only when nothing of it can have left', () => {
  const never = new World()
  never.happen({ type: 'due' })
  never.happen({ type: 'handed-over', result: { kind: 'failed', error: FAILED, mayHave: false } })
  expect(never.happen({ type: 'not-published', error: { code: 'too-dear', message: 'dear' } })).toEqual([
    'withdraw',
    'tell',
  ])
  expect(never.told.at(-1)).toMatchObject({ state: 'failed', error: { code: 'too-dear' } })

  const perhaps = new World()
  perhaps.happen({ type: 'due' })
  perhaps.happen({ type: 'handed-over', result: { kind: 'failed', error: FAILED, mayHave: true } })
  expect(perhaps.happen({ type: 'not-published', error: { code: 'too-dear', message: 'dear' } })).not.toContain(
    'withdraw',
  )
  expect(perhaps.row).toMatchObject({ state: 'queued', error: { code: 'too-dear' } })
})

test('a letter for one device that was handed over goes nowhere else while its receiver is there', () => {
  const one = new World()
  expect(one.happen({ type: 'due' })).toEqual(['start-hand-over'])
  expect(one.happen({ type: 'handed-over', result: { kind: 'kept' } })).toEqual(['persist', 'tell'])
  expect(one.row).toMatchObject({ state: 'stored', isHandedOver: true, isPublished: false, holders: ['receiver'] })
  one.nowMs = one.outgoing.progress.nextMs
  one.happen({ type: 'due' })
  expect(one.happen({ type: 'handed-over', result: { kind: 'failed', error: FAILED, mayHave: false } })).toContain(
    'start-publish',
  )

  const more = new World(2)
  more.happen({ type: 'due' })
  expect(more.happen({ type: 'handed-over', result: { kind: 'kept' } })).toEqual(['persist', 'tell', 'start-publish'])
})

test('the receipt goes to those who keep the letter, once', () => {
  const world = new World()
  world.happen({ type: 'due' })
  world.happen({ type: 'handed-over', result: { kind: 'failed', error: FAILED, mayHave: false } })
  // it is delivered while it is being published
  expect(world.happen({ type: 'receipt', receipt: RECEIPT })).toEqual(['persist', 'tell'])
  expect(world.happen({ type: 'published' })).toEqual(['persist', 'start-publish-receipt'])
  world.crash()
  expect(world.happen({ type: 'resumed', held: 'letter' })).toEqual(['start-publish-receipt'])
  expect(world.happen({ type: 'receipt-published' })).toEqual(['persist'])
  expect(world.happen({ type: 'due' })).toEqual([])
})
