import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { DEFAULTS } from '../options.ts'
import { DiscoveryCore } from './core.ts'
import type { BookEntry, Effect, Event, HeardPeer } from './model.ts'

const limits = { ...DEFAULTS, minOutboundPeers: 0, targetPeers: 3, maxConcurrentDials: 2, retryJitter: 0, yieldMs: 0 }

function begin(
  init: { bootstrap?: { address: string; peer?: string }[]; entries?: BookEntry[]; limits?: typeof limits } = {},
) {
  const core = new DiscoveryCore({ self: 'self', limits: init.limits ?? limits, draw: () => 0.5 }, 0)
  const effects = core.handle({ type: 'start', entries: init.entries ?? [], bootstrap: init.bootstrap ?? [] }, 0)
  return { core, effects }
}

const address = (n: number) => `/ip4/10.${n}.0.1/tcp/4001`
const heard = (n: number): HeardPeer => ({ peer: `p${n}`, addresses: [address(n)], seq: 1n })
const mdns = (...peers: HeardPeer[]): Event => ({ type: 'heard', source: 'mdns', peers })
const dials = (effects: Effect[]) =>
  effects.filter(effect => effect.type === 'dial').map(effect => effect.peer ?? effect.addresses[0])
const of = <T extends Effect['type']>(effects: Effect[], type: T) =>
  effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type)
const wake = (effects: Effect[]) => of(effects, 'wake')[0]?.atMs

/** All that happens when a dial works out. */
function becomeMember(core: DiscoveryCore, n: number, nowMs: number): Effect[] {
  return [
    ...core.handle({ type: 'connected', peer: `p${n}`, address: address(n), direction: 'outbound' }, nowMs),
    ...core.handle({ type: 'dialled', key: `p${n}`, peer: `p${n}`, tried: [] }, nowMs),
    ...core.handle({ type: 'identified', peer: `p${n}`, member: true, heard: heard(n) }, nowMs),
  ]
}

describe('dialling', () => {
  test('begins with the bootstrap list, and retries it after 1 s, 2 s, 4 s … up to a minute', () => {
    const { core, effects } = begin({ bootstrap: [{ address: '/dns4/a/tcp/1' }] })
    expect(dials(effects)).toEqual(['/dns4/a/tcp/1'])
    let nowMs = 0
    const waits: number[] = []
    for (let n = 0; n < 8; n++) {
      const failed = core.handle({ type: 'dial-failed', key: 'bootstrap /dns4/a/tcp/1', tried: [] }, nowMs)
      const atMs = wake(failed) ?? Infinity
      waits.push(atMs - nowMs)
      nowMs = atMs
      expect(dials(core.handle({ type: 'tick' }, nowMs))).toEqual(['/dns4/a/tcp/1'])
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  test('does not go past the dials that may run at once', () => {
    const { core } = begin()
    expect(dials(core.handle(mdns(heard(1), heard(2), heard(3)), 0))).toHaveLength(2)
  })

  test('does not go past the target, counting dials under way and whoever connected to us', () => {
    const { core } = begin()
    core.handle({ type: 'connected', peer: 'in1', address: '/ip4/10.9.0.1/tcp/5', direction: 'inbound' }, 0)
    core.handle({ type: 'connected', peer: 'in2', address: '/ip4/10.9.0.2/tcp/5', direction: 'inbound' }, 0)
    expect(dials(core.handle(mdns(heard(1), heard(2), heard(3)), 0))).toHaveLength(1)
  })

  test('goes past the target for a few peers of our own choosing when all others chose us', () => {
    const { core } = begin({ limits: { ...limits, minOutboundPeers: 1 } as typeof limits })
    for (let n = 0; n < 5; n++) {
      core.handle({ type: 'connected', peer: `in${n}`, address: `/ip4/10.9.0.${n}/tcp/5`, direction: 'inbound' }, 0)
      core.handle({ type: 'identified', peer: `in${n}`, member: true }, 0)
    }
    expect(dials(core.handle(mdns(heard(1), heard(2)), 0))).toHaveLength(1)
  })

  test('never turns to ourselves, nor to who is connected, nor twice to one peer', () => {
    const { core } = begin()
    core.handle({ type: 'connected', peer: 'p2', address: address(2), direction: 'inbound' }, 0)
    expect(dials(core.handle(mdns({ peer: 'self', addresses: [address(9)] }, heard(2), heard(1)), 0))).toEqual(['p1'])
    expect(dials(core.handle(mdns(heard(1)), 0))).toEqual([])
  })

  test('drops an address where another identity answered', () => {
    const { core } = begin()
    core.handle(mdns(heard(1)), 0)
    core.handle({ type: 'dial-failed', key: 'p1', tried: [{ address: address(1), outcome: 'wrong-identity' }] }, 0)
    expect(core.entries()).toEqual([])
  })

  test('prefers a network that we have nobody of', () => {
    const { core } = begin({ limits: { ...limits, maxConcurrentDials: 1 } as typeof limits })
    core.handle({ type: 'connected', peer: 'in', address: '/ip4/10.1.7.7/tcp/5', direction: 'inbound' }, 0)
    core.handle({ type: 'identified', peer: 'in', member: true }, 0)
    const near = { peer: 'near', addresses: ['/ip4/10.1.0.1/tcp/1'] }
    const far = { peer: 'far', addresses: ['/ip4/10.2.0.1/tcp/1'] }
    expect(dials(core.handle(mdns(near, far), 0))).toEqual(['far'])
  })

  test('after a night without a network, does not wait out what was earned in it', () => {
    const { core } = begin({ limits: { ...limits, targetPeers: 1 } as typeof limits })
    let nowMs = 0
    core.handle(mdns(heard(1)), nowMs)
    for (let n = 0; n < 30; n++) {
      const effects = core.handle({ type: 'dial-failed', key: 'p1', tried: [] }, nowMs)
      const atMs = wake(effects) ?? Infinity
      expect(atMs - nowMs).toBeLessThanOrEqual(limits.isolatedRetryMaxMs)
      nowMs = atMs
      core.handle({ type: 'tick' }, nowMs)
    }
  })
})

test('of two peers that hear of each other at one moment, one dials and the other gives it time to', () => {
  const yielding = { ...limits, yieldMs: 2_000 }
  const hears = (self: string, other: string) => {
    const core = new DiscoveryCore({ self, limits: yielding, draw: () => 0.5 }, 0)
    core.handle({ type: 'start', entries: [], bootstrap: [] }, 0)
    const atOnce = dials(core.handle(mdns({ peer: other, addresses: [address(1)] }), 0))
    const later = dials(core.handle({ type: 'tick' }, 2_000))
    return { atOnce: atOnce.length, later: later.length }
  }
  expect([hears('a', 'b'), hears('b', 'a')]).toEqual(
    expect.arrayContaining([
      { atOnce: 1, later: 0 },
      { atOnce: 0, later: 1 },
    ]),
  )
})

describe('peers of other networks', () => {
  test('do not count, are let go after a grace, and are not dialled again', () => {
    const { core } = begin()
    core.handle(mdns(heard(1)), 0)
    core.handle({ type: 'connected', peer: 'p1', address: address(1), direction: 'outbound' }, 10)
    core.handle({ type: 'dialled', key: 'p1', peer: 'p1', tried: [] }, 10)
    core.handle({ type: 'identified', peer: 'p1', member: false }, 20)
    expect(core.counts()).toMatchObject({ connected: 0, strangers: 1 })
    const later = core.handle({ type: 'tick' }, 20 + limits.strangerGraceMs)
    expect(of(later, 'hang-up')).toEqual([{ type: 'hang-up', peer: 'p1', reason: 'other-network' }])
    core.handle({ type: 'disconnected', peer: 'p1' }, 4_000)
    expect(dials(core.handle(mdns(heard(1)), 60_000))).toEqual([])
  })

  test('count as soon as they say that they are of ours after all', () => {
    const { core } = begin()
    core.handle(mdns(heard(1)), 0)
    core.handle({ type: 'connected', peer: 'p1', address: address(1), direction: 'outbound' }, 10)
    core.handle({ type: 'dialled', key: 'p1', peer: 'p1', tried: [] }, 10)
    core.handle({ type: 'identified', peer: 'p1', member: false }, 20)
    core.handle({ type: 'identified', peer: 'p1', member: true }, 30)
    expect(of(core.handle({ type: 'tick' }, 10_000), 'hang-up')).toEqual([])
    expect(core.counts()).toMatchObject({ connected: 1, strangers: 0 })
  })

  test('who connected to us is not ours to hang up on', () => {
    const { core } = begin()
    core.handle({ type: 'connected', peer: 'x', address: address(1), direction: 'inbound' }, 0)
    core.handle({ type: 'identified', peer: 'x', member: false }, 0)
    expect(of(core.handle({ type: 'tick' }, 60_000), 'hang-up')).toEqual([])
  })
})

describe('peer exchange', () => {
  test('asks a new member at once, and the more rarely the less it tells', () => {
    const { core } = begin()
    core.handle(mdns(heard(1)), 0)
    expect(of(becomeMember(core, 1, 0), 'ask')).toEqual([{ type: 'ask', peer: 'p1', count: 16 }])
    let nowMs = 0
    const waits: number[] = []
    for (let n = 0; n < 4; n++) {
      const atMs = wake(core.handle({ type: 'told', peer: 'p1', peers: [], forged: false }, nowMs)) ?? Infinity
      waits.push(atMs - nowMs)
      nowMs = atMs
      core.handle({ type: 'tick' }, nowMs)
    }
    expect(waits.slice(0, 2)).toEqual([1_000, 2_000])
  })

  test('does not ask again who passed on a forged record', () => {
    const { core } = begin()
    core.handle(mdns(heard(1)), 0)
    becomeMember(core, 1, 0)
    core.handle({ type: 'told', peer: 'p1', peers: [], forged: true }, 0)
    expect(of(core.handle({ type: 'tick' }, 86_400_000), 'ask')).toEqual([])
  })

  test('answers with members that the asker can reach, but not with itself nor with what was only heard of', () => {
    const { core } = begin()
    core.handle(mdns(heard(1), heard(9)), 0)
    becomeMember(core, 1, 0)
    core.handle({ type: 'connected', peer: 'asker', address: '/ip4/10.5.0.1/tcp/7', direction: 'inbound' }, 0)
    const asked = (peer: string, id: number) => of(core.handle({ type: 'asked', id, peer, count: 10 }, 0), 'answer')
    expect(asked('asker', 1)).toEqual([{ type: 'answer', id: 1, peers: ['p1'], retryAfterMs: 0 }])
    expect(asked('p1', 2)).toEqual([{ type: 'answer', id: 2, peers: [], retryAfterMs: 0 }])
    core.handle({ type: 'connected', peer: 'far', address: '/ip4/8.8.8.8/tcp/7', direction: 'inbound' }, 0)
    // a private address is of no use to somebody on the internet
    expect(asked('far', 3)).toEqual([{ type: 'answer', id: 3, peers: [], retryAfterMs: 0 }])
  })

  test('tells who asks too often when to come back', () => {
    const { core } = begin()
    core.handle({ type: 'connected', peer: 'asker', address: address(5), direction: 'inbound' }, 0)
    const answers = Array.from(
      { length: 10 },
      (_, id) => of(core.handle({ type: 'asked', id, peer: 'asker', count: 10 }, 0), 'answer')[0]?.retryAfterMs,
    )
    expect(answers.filter(retry => retry === 0)).toHaveLength(limits.answerBurst)
    expect(answers.at(-1)).toBe(60_000 / limits.answersPerMinute)
  })

  test('loopback addresses told from elsewhere are ignored, and those told on this machine are not', () => {
    const { core } = begin()
    const local = { peer: 'local', addresses: ['/ip4/127.0.0.1/tcp/1'], seq: 1n }
    core.handle({ type: 'connected', peer: 'lan', address: address(5), direction: 'inbound' }, 0)
    core.handle({ type: 'told', peer: 'lan', peers: [local], forged: false }, 0)
    expect(core.entries()).toEqual([])
    core.handle({ type: 'connected', peer: 'here', address: '/ip4/127.0.0.1/tcp/5', direction: 'inbound' }, 0)
    core.handle({ type: 'told', peer: 'here', peers: [local], forged: false }, 0)
    expect(core.entries().map(({ peer }) => peer)).toEqual(['local'])
  })
})

test('a lookup of the DHT may dial a known peer, but never with more than half of the dials', () => {
  const { core } = begin({ limits: { ...limits, targetPeers: 0, maxConcurrentDials: 4 } as typeof limits })
  core.handle(mdns(heard(1), heard(2), heard(3)), 0)
  const wanted = ['p1', 'unknown', 'p2', 'p3'].flatMap(peer => dials(core.handle({ type: 'wanted', peer }, 0)))
  expect(wanted).toEqual(['p1', 'p2'])
})

test('a walk of the DHT begins soon when there is nobody left to try, and otherwise only now and then', () => {
  const walks = (known: HeardPeer[]) => {
    const { core } = begin({ limits: { ...limits, maxConcurrentDials: 1 } as typeof limits })
    core.handle(mdns(heard(1)), 0)
    becomeMember(core, 1, 0)
    core.handle(mdns(...known), 0)
    return of(core.handle({ type: 'tick' }, limits.walkMinMs), 'walk').length
  }
  expect([walks([]), walks([heard(2), heard(3)])]).toEqual([1, 0])
})

test('the book that was written brings a node back: the same entries, dialled at once', () => {
  const { core } = begin()
  core.handle(mdns(heard(1)), 0)
  becomeMember(core, 1, 5)
  const { effects } = begin({ entries: core.entries() })
  expect(dials(effects)).toEqual(['p1'])
})

/** A world that answers whatever the core does, in any order, and now and then something nobody asked for. */
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('hear' as const), peers: fc.array(fc.nat(60), { maxLength: 5 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('succeed' as const), which: fc.nat(9), member: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fail' as const), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('inbound' as const), peer: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), peer: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('want' as const), peer: fc.nat(60) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(5_000) }) },
)

test('in any course of events: dials stay within their number and rate, each ends before it begins again, none is to a peer we have', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 150 }), fc.integer({ min: 0, max: 999 }), (course, salt) => {
      let draws = salt
      const draw = () => (draws = (draws * 1103515245 + 12345) % 2 ** 31) / 2 ** 31
      const bounds = { ...limits, targetPeers: 5, maxConcurrentDials: 3, dialsPerSecond: 2, dialBurst: 4 }
      const core = new DiscoveryCore({ self: 'p0', limits: bounds, draw }, 0)
      const running = new Map<string, string>()
      const linked = new Set<string>()
      let nowMs = 0
      let begun = 0
      const handle = (event: Event) => {
        for (const effect of core.handle(event, nowMs)) {
          if (effect.type === 'hang-up') linked.delete(effect.peer)
          if (effect.type === 'ask') handle({ type: 'told', peer: effect.peer, peers: [heard(61)], forged: false })
          if (effect.type !== 'dial') continue
          expect(running.has(effect.key)).toBe(false)
          expect(linked.has(effect.peer ?? '')).toBe(false)
          expect(effect.peer).not.toBe('p0')
          running.set(effect.key, effect.peer ?? '')
          begun++
        }
        expect(running.size).toBeLessThanOrEqual(bounds.maxConcurrentDials)
        expect(begun).toBeLessThanOrEqual(bounds.dialBurst + Math.ceil((nowMs * bounds.dialsPerSecond) / 1000))
      }
      handle({ type: 'start', entries: [], bootstrap: [] })
      for (const one of course) {
        const [key, peer] = 'which' in one ? ([...running][one.which % Math.max(1, running.size)] ?? []) : []
        if (one.do === 'hear') handle(mdns(...one.peers.map(heard)))
        if (one.do === 'want') handle({ type: 'wanted', peer: `p${one.peer}` })
        if (one.do === 'wait') {
          nowMs += one.ms
          handle({ type: 'tick' })
        }
        if (one.do === 'fail' && key !== undefined) {
          running.delete(key)
          handle({ type: 'dial-failed', key, tried: [] })
        }
        if (one.do === 'succeed' && key !== undefined && peer !== undefined) {
          running.delete(key)
          linked.add(peer)
          handle({ type: 'connected', peer, address: address(1), direction: 'outbound' })
          handle({ type: 'dialled', key, peer, tried: [] })
          handle({ type: 'identified', peer, member: one.member })
        }
        if (one.do === 'inbound' && one.peer !== 0) {
          linked.add(`p${one.peer}`)
          handle({ type: 'connected', peer: `p${one.peer}`, address: address(2), direction: 'inbound' })
        }
        if (one.do === 'lose' && linked.delete(`p${one.peer}`)) handle({ type: 'disconnected', peer: `p${one.peer}` })
      }
    }),
    { numRuns: 200 },
  )
})
