import { expect, test } from 'vitest'
import { Presence } from './presence.ts'
import { WhileOnline } from './while-online.ts'

test('an owner is online until its lease ends, whenever it is asked', () => {
  const presence = new Presence()
  expect(presence.isOnline('a', 0)).toBe(false)
  expect(presence.renew('a', 60, 0)).toBe(true)
  expect(presence.renew('a', 80, 20)).toBe(false)
  expect([79, 80].map(now => presence.isOnline('a', now))).toEqual([true, false])
  // back after it was gone
  expect(presence.renew('a', 200, 140)).toBe(true)
  expect(presence.end('a')).toBe(true)
  expect(presence.end('a')).toBe(false)
  expect(presence.size).toBe(0)
})

test('what depends on an owner is found by owner, and forgotten with its last offer', () => {
  const offers = new WhileOnline()
  offers.add('a', 'btc-eur', '1')
  offers.add('a', 'btc-eur', '1')
  offers.add('a', 'btc-usd', '2')
  offers.add('b', 'btc-eur', '3')
  expect(offers.count('a', 'btc-eur')).toBe(1)
  expect([...offers.keys('a')]).toEqual([
    { market: 'btc-eur', key: '1' },
    { market: 'btc-usd', key: '2' },
  ])
  offers.delete('a', 'btc-eur', '1')
  offers.delete('a', 'btc-usd', '2')
  offers.delete('a', 'btc-usd', '2')
  expect(offers.has('a')).toBe(false)
  expect(offers.has('b')).toBe(true)
})
