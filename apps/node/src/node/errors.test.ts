import { StackError } from '@stoa/stack'
import { expect, test } from 'vitest'
import { dialError } from './errors.ts'

const { signal } = new AbortController()

test('an address outside of Tor is refused with a code of its own, for good', () => {
  const error = dialError(new StackError('clearnet-address', '/ip4/192.0.2.1/tcp/1 is not dialled'), 'it', signal)
  expect(error).toMatchObject({ code: 'clearnet-address', retryable: false })
  expect(error.message).toBe('/ip4/192.0.2.1/tcp/1 is not dialled')
})

test('that Tor is down is not for the peer to answer for, and can pass', () => {
  const down = Object.assign(new Error('Tor is at 10 %: handshaking'), { name: 'TorError', code: 'tor-down' })
  expect(dialError(down, '12D3KooW…', signal)).toMatchObject({ code: 'tor-down', retryable: true })
  const away = Object.assign(new Error('no descriptor'), { name: 'TorError', code: 'onion-unreachable' })
  expect(dialError(away, '12D3KooW…', signal)).toMatchObject({ code: 'unreachable', retryable: true })
})
