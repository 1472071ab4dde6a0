import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { MemoryMailbox } from '../../tests/memory-mailbox.ts'
import { MailEvents } from './mail-events.ts'
import type { NodeEvent } from '../events/event.ts'

function id(number: number): string {
  return number.toString(16).padStart(64, '0')
}

function idsOf(told: readonly NodeEvent[]): string[] {
  return told.flatMap(event => (event.event === 'letter' ? [event.id] : []))
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await setImmediate()
}

test('letters that wait are told once, then those that come, without what is in them', async () => {
  const mail = new MemoryMailbox()
  for (let number = 0; number < 250; number++) mail.put(id(number), Buffer.from('x'))
  const told: NodeEvent[] = []
  await using _events = new MailEvents({ mail: mail.asService(), append: event => told.push(event) })
  // comes while they are told, and is listed, too
  mail.put(id(250), Buffer.from('x'))
  mail.dispatchEvent(new CustomEvent('letter', { detail: mail.letters.get(id(250)) }))
  await settled()
  expect(idsOf(told).toSorted()).toEqual(Array.from({ length: 251 }, (_, number) => id(number)))
  mail.dispatchEvent(new CustomEvent('letter', { detail: mail.letters.get(id(250)) }))
  mail.dispatchEvent(new CustomEvent('cleared', { detail: { id: id(250) } }))
  expect(told.slice(251)).toMatchObject([{ event: 'letter' }, { event: 'cleared', id: id(250) }])
  expect(Object.keys(told[0]!)).not.toContain('text')
})

test('of very many those are told that the log of events holds', async () => {
  const mail = new MemoryMailbox()
  for (let number = 0; number < 1_500; number++) mail.put(id(number), Buffer.from('x'))
  const told: NodeEvent[] = []
  await using _events = new MailEvents({ mail: mail.asService(), append: event => told.push(event) })
  await settled()
  expect(told).toHaveLength(1_000)
})

test('nothing is told once it is over', async () => {
  const mail = new MemoryMailbox()
  mail.put(id(1), Buffer.from('x'))
  const told: NodeEvent[] = []
  const events = new MailEvents({ mail: mail.asService(), append: event => told.push(event) })
  await events[Symbol.asyncDispose]()
  mail.dispatchEvent(new CustomEvent('cleared', { detail: { id: id(1) } }))
  expect(told).toEqual([])
})
