import { expect, test } from 'vitest'
import fc from 'fast-check'
import { mdnsServiceTag } from './protocols.ts'

test('the mDNS service of a network has its name where that fits', () => {
  expect(mdnsServiceTag('main')).toBe('_stoa-main._udp.local')
})

test('names that differ in what DNS does not tell apart have services of their own', () => {
  const names = ['main', 'Main', 'ma.in', 'ma_in', 'a-name-too-long-for-dns', 'a-name-too-long-for-dnt']
  expect(new Set(names.map(mdnsServiceTag)).size).toBe(names.length)
})

test('whatever the network, its label is one of RFC 6763', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), network => {
      expect(mdnsServiceTag(network)).toMatch(/^_stoa-[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?\._udp\.local$/)
    }),
  )
})
