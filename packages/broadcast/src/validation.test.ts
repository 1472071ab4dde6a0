import { text } from '@stoa/codec'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { topicCounters } from './core/counters.ts'
import { Slots } from './net/wait.ts'
import { seal } from './signed-envelope.ts'
import { judge } from './validation.ts'
import type { Validate, ValidationInit, Verdict } from './validation.ts'

const key = await generateKeyPair('Ed25519')
const arrived = { id: '00', from: peerIdFromPrivateKey(key), receivedMs: 0 }
const hello = text.encode('hello')

function validation(validate?: Validate<string>, over: Partial<ValidationInit<string>> = {}): ValidationInit<string> {
  return {
    wireTopic: '/stoa/main/topic/square',
    codec: text,
    isSigned: false,
    validate,
    timeoutMs: 10_000,
    slots: new Slots(2),
    counters: topicCounters(),
    signal: new AbortController().signal,
    ...over,
  }
}

test('no more values are validated at one time than there are slots', async () => {
  let running = 0
  let most = 0
  const init = validation(async (): Promise<Verdict> => {
    most = Math.max(most, ++running)
    await new Promise(resolve => setImmediate(resolve))
    running--
    return 'accept'
  })
  const judged = await Promise.all(Array.from({ length: 10 }, () => judge(init, arrived, hello)))
  expect(judged.every(({ verdict }) => verdict === 'accept')).toBe(true)
  expect(most).toBe(2)
})

test('one that hangs gives up its slot at the deadline, and its signal says so', async () => {
  let signal: AbortSignal | undefined
  const init = validation(
    (_, context) => {
      signal = context.signal
      return new Promise(() => {})
    },
    { timeoutMs: 5, slots: new Slots(1) },
  )
  expect(await Promise.all([judge(init, arrived, hello), judge(init, arrived, hello)])).toEqual([
    { verdict: 'ignore' },
    { verdict: 'ignore' },
  ])
  expect(signal!.aborted).toBe(true)
  expect(init.counters.validateTimedOut).toBe(2)
})

test('closing the topic ends what is being validated, without a verdict', async () => {
  const closed = new AbortController()
  const init = validation(() => new Promise(() => {}), { signal: closed.signal })
  const judged = judge(init, arrived, hello)
  closed.abort()
  expect(await judged).toEqual({ verdict: 'ignore' })
  expect(init.counters).toEqual(topicCounters())
})

test('on a signed topic validate knows the author, and never sees what is not signed', async () => {
  const seen: string[] = []
  const init = validation(
    (value, { from }) => {
      seen.push(`${value} ${from?.toString()}`)
      return 'accept'
    },
    { isSigned: true },
  )
  const author = peerIdFromPrivateKey(key)
  const signed = await seal(key, init.wireTopic, hello)
  expect(await judge(init, arrived, signed)).toMatchObject({ verdict: 'accept', value: 'hello' })
  const elsewhere = await seal(key, '/stoa/main/topic/hall', hello)
  expect(await judge(init, arrived, elsewhere)).toEqual({ verdict: 'reject' })
  expect(await judge(init, arrived, hello)).toEqual({ verdict: 'reject' })
  expect(seen).toEqual([`hello ${author.toString()}`])
  expect(init.counters).toMatchObject({ badSignature: 1, malformed: 1 })
})
