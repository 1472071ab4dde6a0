import { MeasureError } from '@stoa/measure'
import { expect, test } from 'vitest'
import { MAX_MEASURED_TOPICS, MeasuredTopics } from './measured-topics.ts'

function service(refuses: (topic: string) => boolean = () => false) {
  const joined: string[] = []
  return {
    joined,
    join: (topic: string) => {
      if (refuses(topic)) throw new MeasureError('too-many-topics', '100 topics are open, which is the limit')
      joined.push(topic)
      return { [Symbol.dispose]: () => void joined.splice(joined.indexOf(topic), 1) }
    },
  }
}

test('a node takes part for a topic while it is on it', () => {
  const measure = service()
  const topics = new MeasuredTopics(measure)
  {
    using _lobby = topics.join('lobby')
    expect(measure.joined).toEqual(['lobby'])
  }
  expect(measure.joined).toEqual([])
})

test('beyond so many topics the others are not measured, until there is room again', () => {
  const measure = service()
  const topics = new MeasuredTopics(measure)
  const joined = Array.from({ length: MAX_MEASURED_TOPICS + 1 }, (_, index) => topics.join(`topic-${index}`))
  expect(measure.joined).toHaveLength(MAX_MEASURED_TOPICS)
  for (const one of joined) one[Symbol.dispose]()
  using _one = topics.join('lobby')
  expect(measure.joined).toEqual(['lobby'])
})

test('a topic that cannot be measured works all the same', () => {
  const topics = new MeasuredTopics(service(topic => topic === 'lobby'))
  expect(() => topics.join('lobby')[Symbol.dispose]()).not.toThrow()
})
