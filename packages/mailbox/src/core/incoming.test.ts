import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newIncoming, receive, restoredIncoming } from './incoming.ts'
import type { Incoming, IncomingEffect, IncomingEvent, Reading } from './incoming.ts'

const BACKOFF = { retryMs: 30_000, maxRetryMs: 3_600_000 }

/** One letter, what its row says, and what the application and others got. */
class World {
  incoming: Incoming | undefined
  row: Reading | undefined
  nowMs = 0
  /** What nobody may ever see. */
  readonly faults: string[] = []
  tellings = 0
  clearings = 0
  isSending = false

  happen(event: IncomingEvent, effectsUntilCrash = Number.POSITIVE_INFINITY): readonly IncomingEffect[] {
    // it is in nobody's hands before it is in the inbox
    if ((this.incoming === undefined) !== (event.type === 'arrived')) return []
    const before = this.incoming ?? newIncoming()
    const step = receive(before, event, BACKOFF, { nowMs: this.nowMs, jitter: 0.5 })
    this.incoming = step.incoming
    for (const [index, effect] of step.effects.entries()) {
      if (index >= effectsUntilCrash) break
      if (effect === 'persist') this.row = step.incoming.reading
      if (effect === 'tell') {
        if (this.row?.state !== 'unread') this.faults.push(`told when ${this.row?.state}`)
        this.tellings++
      }
      if (effect === 'tell-cleared') this.clearings++
      if (effect === 'start-receipt') {
        // nobody hears of an acknowledgement that is not durable
        if (this.row?.state === 'unread') this.faults.push('a receipt before the acknowledgement')
        this.isSending = true
      }
    }
    if (step.effects.length > effectsUntilCrash) this.crash()
    return step.effects
  }

  crash(): void {
    this.isSending = false
    this.incoming = this.row === undefined ? undefined : restoredIncoming(this.row)
    this.happen({ type: 'resumed' })
  }
}

const event: fc.Arbitrary<IncomingEvent> = fc.constantFrom(
  { type: 'arrived' },
  { type: 'acknowledged' },
  { type: 'receipt-seen' },
  { type: 'letter-seen' },
  { type: 'receipt-sent' },
  { type: 'receipt-not-sent' },
  { type: 'due' },
)
const history = fc.array(
  fc.record({ event, effects: fc.option(fc.nat(3), { nil: undefined }), waitMs: fc.nat(100_000) }),
  { maxLength: 50 },
)

test('the application gets a letter after every start until it acknowledges it, and never after that', () => {
  fc.assert(
    fc.property(history, history, (before, after) => {
      const world = new World()
      const play = (happenings: typeof before): void => {
        for (const { event: what, effects, waitMs } of happenings) {
          world.nowMs += waitMs
          world.happen(what, effects)
        }
      }
      play(before.filter(({ event: what }) => what.type !== 'acknowledged' && what.type !== 'receipt-seen'))
      world.happen({ type: 'arrived' })
      const told = world.tellings
      expect(told).toBeGreaterThan(0)
      world.crash()
      expect(world.tellings).toBe(told + 1)
      world.happen({ type: 'acknowledged' })
      play(after)
      world.crash()
      expect(world.tellings).toBe(told + 1)
      expect(world.clearings).toBe(0)
      expect(world.faults).toEqual([])
    }),
  )
})

test('the receipt of what was acknowledged is out in the end', () => {
  fc.assert(
    fc.property(history, happenings => {
      const world = new World()
      world.happen({ type: 'arrived' })
      world.happen({ type: 'acknowledged' })
      for (const { event: what, effects, waitMs } of happenings) {
        world.nowMs += waitMs
        world.happen(what, effects)
      }
      world.nowMs += BACKOFF.maxRetryMs * 2
      world.happen({ type: 'due' })
      expect(world.row!.isReceiptOut || world.isSending).toBe(true)
      if (!world.row!.isReceiptOut) world.happen({ type: 'receipt-sent' })
      expect(world.row).toMatchObject({ isReceiptOut: true })
    }),
  )
})

test('a letter that another device acknowledged is cleared, and not sent a receipt for', () => {
  const world = new World()
  world.happen({ type: 'arrived' })
  expect(world.happen({ type: 'receipt-seen' })).toEqual(['persist', 'tell-cleared'])
  expect(world.happen({ type: 'acknowledged' })).toEqual([])
  expect(world.row).toEqual({ state: 'cleared', isReceiptOut: true })
})

test('a letter that comes back after it was acknowledged is answered with its receipt', () => {
  const world = new World()
  world.happen({ type: 'arrived' })
  world.happen({ type: 'acknowledged' })
  world.happen({ type: 'receipt-sent' })
  expect(world.happen({ type: 'letter-seen' })).toEqual(['persist', 'start-receipt'])
})
