import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { AddressBook, isProven } from './book.ts'
import type { HeardPeer, Origin } from './model.ts'

const DAY_MS = 86_400_000
const limits = {
  maxProven: 6,
  maxUnproven: 12,
  maxAddressesPerPeer: 4,
  provenMaxAgeMs: 30 * DAY_MS,
  unprovenMaxAgeMs: 7 * DAY_MS,
  retryMinMs: 1_000,
  retryMaxMs: 60_000,
  retryJitter: 0.25,
}
const book = () => new AddressBook(limits)
const heard = (peer: string, seq?: bigint): HeardPeer => ({ peer, addresses: [`/ip4/1.2.3.4/tcp/${peer.length}`], seq })
const from = (teller: string, network = `net-${teller}`): Origin => ({ network, teller })
const names = (entries: Iterable<{ peer: string }>) => [...entries].map(({ peer }) => peer).toSorted()

type Step = { do: 'hear'; peer: string; teller: string } | { do: 'prove' | 'fail' | 'forget'; peer: string }
const peer = fc.integer({ min: 0, max: 40 }).map(n => `peer-${n}`)
const teller = fc.constantFrom('a', 'b', 'c', 'd')
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('hear' as const), peer, teller }), weight: 6 },
  { arbitrary: fc.record({ do: fc.constantFrom('prove' as const, 'fail' as const), peer }), weight: 3 },
)

function apply(to: AddressBook, one: Step, nowMs: number): void {
  if (one.do === 'hear') to.hear(heard(one.peer), 'exchange', from(one.teller), nowMs)
  else if (one.do === 'prove') to.prove(one.peer, '/ip4/1.2.3.4/tcp/1', nowMs)
  else if (one.do === 'fail') to.fail(one.peer, [], nowMs, 0.5)
}

test('whatever happens, both tables stay within their bounds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const subject = book()
      for (const [at, one] of steps.entries()) {
        apply(subject, one, at)
        const proven = [...subject.entries()].filter(isProven).length
        expect(proven).toBeLessThanOrEqual(limits.maxProven)
        expect(subject.size - proven).toBeLessThanOrEqual(limits.maxUnproven)
        for (const { addresses } of subject.entries()) expect(addresses.length).toBeLessThanOrEqual(4)
      }
    }),
  )
})

test('a proven peer is never evicted by peers that are only heard of', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.array(fc.record({ peer: fc.uuid(), teller }), { maxLength: 200 }),
      (before, flood) => {
        const subject = book()
        for (const [at, one] of before.entries()) apply(subject, one, at)
        const proven = names([...subject.entries()].filter(isProven))
        for (const one of flood) apply(subject, { do: 'hear', ...one }, before.length)
        expect(names([...subject.entries()].filter(isProven))).toEqual(proven)
      },
    ),
  )
})

test('one teller, however long it talks, pushes out nobody that another with less than an equal share told of', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.uuid(), { maxLength: 6 }),
      fc.uniqueArray(fc.uuid(), { maxLength: 100 }),
      (few, many) => {
        const subject = book()
        for (const one of few) subject.hear(heard(one), 'exchange', from('honest'), 0)
        for (const one of many) subject.hear(heard(one), 'exchange', from('flood'), 1)
        expect(names(subject.entries())).toEqual(expect.arrayContaining([...few]))
      },
    ),
  )
})

test('many tellers of one network share what that network may hold', () => {
  const subject = book()
  for (const one of ['x', 'yy', 'zzz']) subject.hear(heard(one), 'exchange', from('honest', 'net-1'), 0)
  for (let at = 0; at < 100; at++) subject.hear(heard(`sybil-${at}`), 'exchange', from(`s${at}`, 'net-2'), 1)
  expect(names(subject.entries())).toEqual(expect.arrayContaining(['x', 'yy', 'zzz']))
})

test('a full table of proven peers gives up one of its most crowded network, the longest unreached', () => {
  const subject = book()
  const at = (peer: string, address: string, nowMs: number) => {
    subject.hear({ peer, addresses: [address] }, 'exchange', from('a'), nowMs)
    subject.prove(peer, address, nowMs)
  }
  at('rare', '/ip4/9.9.0.1/tcp/1', 0)
  for (let n = 0; n < 6; n++) at(`common-${n}`, `/ip4/1.2.0.${n}/tcp/1`, 10 + n)
  expect(names(subject.entries())).toEqual(['common-1', 'common-2', 'common-3', 'common-4', 'common-5', 'rare'])
})

describe('what a peer signed', () => {
  test('an older record does not bring back withdrawn addresses', () => {
    const subject = book()
    subject.hear({ peer: 'p', addresses: ['/ip4/2.2.2.2/tcp/2'], seq: 5n }, 'exchange', from('a'), 0)
    const news = subject.hear({ peer: 'p', addresses: ['/ip4/1.1.1.1/tcp/1'], seq: 4n }, 'exchange', from('b'), 1)
    expect(news).toBe('unchanged')
    expect(subject.get('p')?.addresses.map(({ address }) => address)).toEqual(['/ip4/2.2.2.2/tcp/2'])
  })

  test('a new signed address is tried at once, however often the old one failed', () => {
    const subject = book()
    subject.hear(heard('p', 1n), 'exchange', from('a'), 0)
    subject.fail('p', [], 0, 0)
    subject.hear({ peer: 'p', addresses: ['/ip4/2.2.2.2/tcp/2'], seq: 2n }, 'exchange', from('a'), 10)
    expect(subject.get('p')?.retryAtMs).toBeLessThanOrEqual(10)
  })
})

test('a peer whose every address belongs to somebody else is forgotten', () => {
  const subject = book()
  subject.hear(heard('p'), 'dht', from('a'), 0)
  subject.fail('p', [{ address: '/ip4/1.2.3.4/tcp/1', outcome: 'wrong-identity' }], 0, 0)
  expect(subject.get('p')).toBeUndefined()
})

test('what nobody has spoken of for a week goes, and what we have reached stays for a month', () => {
  const subject = book()
  subject.hear(heard('rumour'), 'exchange', from('a'), 0)
  subject.hear(heard('friend'), 'exchange', from('a'), 0)
  subject.prove('friend', '/ip4/1.2.3.4/tcp/6', 0)
  subject.expire(8 * DAY_MS)
  expect(names(subject.entries())).toEqual(['friend'])
  subject.expire(31 * DAY_MS)
  expect(names(subject.entries())).toEqual([])
})

test('a restart keeps what was known and waits for nobody', () => {
  const before = book()
  before.hear(heard('p', 3n), 'exchange', from('a'), 0)
  before.prove('p', '/ip4/1.2.3.4/tcp/1', 5)
  before.fail('p', [], 10, 0)
  const after = book()
  after.restore([...before.entries()], 20)
  expect(after.get('p')).toMatchObject({ seq: 3n, successes: 1, failures: 1, lastSuccessMs: 5, retryAtMs: 0 })
})

test('every change is handed out once, to be written', () => {
  const subject = book()
  subject.hear(heard('p'), 'exchange', from('a'), 0)
  subject.hear(heard('q'), 'exchange', from('a'), 0)
  subject.forget('q')
  expect(subject.takeChanges()).toMatchObject([
    { peer: 'p', source: 'exchange' },
    { peer: 'q', forgotten: true },
  ])
  expect(subject.takeChanges()).toEqual([])
})
