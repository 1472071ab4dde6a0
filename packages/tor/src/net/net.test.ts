import { array, assert, boolean, integer, property, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { InboundGate } from './inbound-gate.ts'
import { SocksReply } from './socks-reply.ts'

test('the code of the reply is found however its bytes are cut', () => {
  assert(
    property(uint8Array({ maxLength: 40 }), array(integer({ min: 0, max: 40 })), (bytes, cuts) => {
      const edges = [0, ...cuts.filter(cut => cut < bytes.byteLength).toSorted((a, b) => a - b), bytes.byteLength]
      const [whole, parts] = [new SocksReply(), new SocksReply()]
      whole.push(bytes)
      for (const [index, end] of edges.slice(1).entries()) parts.push(bytes.subarray(edges[index], end))
      expect(parts.reason).toBe(whole.reason)
      expect(whole.reason === undefined).toBe((bytes[5] ?? 0) === 0)
    }),
  )
})

test('never do more wait than there are places, and each that had to go was the oldest', () => {
  assert(
    property(integer({ min: 1, max: 5 }), array(boolean(), { maxLength: 100 }), (maxPending, steps) => {
      const waiting: number[] = []
      const dismiss = (caller: number): void => {
        expect(caller).toBe(waiting.shift())
      }
      const gate = new InboundGate<number>({ perSecond: 1_000, maxPending, dismiss }, 0)
      for (const [caller, comes] of steps.entries()) {
        if (comes) {
          // one a millisecond is what the rate allows
          gate.enter(caller, caller)
          waiting.push(caller)
        } else {
          const leaver = waiting.splice(caller % (waiting.length + 1), 1)[0]
          if (leaver !== undefined) gate.leave(leaver)
        }
        expect(waiting.length).toBeLessThanOrEqual(maxPending)
      }
    }),
  )
})

test('beyond the rate nobody comes in, and nobody has to go for it', () => {
  const gone: string[] = []
  const gate = new InboundGate<string>({ perSecond: 1, maxPending: 2, dismiss: caller => gone.push(caller) }, 0)
  expect(['a', 'b', 'c', 'd', 'e'].map(caller => gate.enter(caller, 0))).toEqual([true, true, true, true, false])
  expect(gone).toEqual(['a', 'b'])
})
