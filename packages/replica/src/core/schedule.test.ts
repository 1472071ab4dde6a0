import { expect, test } from 'vitest'
import { SCHEDULE_DEFAULTS, SyncSchedule } from './schedule.ts'

const half = (): number => 0.5
const DONE = { outcome: 'done', received: 0, sent: 0 } as const

test('who dialed begins at once, and who was dialed leaves it to the other', () => {
  const schedule = new SyncSchedule(SCHEDULE_DEFAULTS)
  schedule.connected('dialed', true, 0, half)
  schedule.connected('dialer', false, 0, half)

  expect(schedule.next(0, half).start).toEqual([{ peer: 'dialed', isInitial: true }])
  schedule.ended('dialed', DONE, 100, half)
  schedule.served('dialer')
  expect(schedule.next(5_000, half).start).toEqual([])
})

test('a partial session goes on at once, and a liar is left alone', () => {
  const schedule = new SyncSchedule(SCHEDULE_DEFAULTS)
  schedule.connected('peer', true, 0, half)
  schedule.next(0, half)
  schedule.ended('peer', { outcome: 'partial', received: 5, sent: 0 }, 10, half)
  expect(schedule.next(10, half).start).toHaveLength(1)

  schedule.ended('peer', { outcome: 'lied', received: 0, sent: 0 }, 20, half)
  expect(schedule.isLiar('peer', 20)).toBe(true)
  expect(schedule.next(300_000, half).start).toEqual([])
  expect(schedule.next(700_000, half).start).toHaveLength(1)
})
