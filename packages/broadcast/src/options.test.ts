import { expect, test } from 'vitest'
import { BroadcastError } from './errors.ts'
import { DEFAULTS, resolveOptions } from './options.ts'

test('what is not given is the default', () => {
  expect(resolveOptions()).toEqual(DEFAULTS)
  expect(resolveOptions({ network: 'test', maxTopics: undefined })).toEqual({ ...DEFAULTS, network: 'test' })
})

test.each([
  [{ maxTopics: 0 }, 'bad-option', 'maxTopics is 0, it takes an integer from 1 to 1,000'],
  [{ maxMessageBytes: 65_537 }, 'bad-option', 'maxMessageBytes is 65537, it takes an integer from 1 to 65,536'],
  [{ maxBufferedBytes: 1.5 }, 'bad-option', 'maxBufferedBytes is 1.5'],
  [{ validateTimeoutMs: '10' as unknown as number }, 'bad-option', 'validateTimeoutMs is 10'],
  [{ network: 'a/b' }, 'bad-topic', 'network is "a/b"'],
])('%j is refused with what it takes', (init, code, message) => {
  expect(() => resolveOptions(init)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  )
})

test('an error says whether the same call can succeed later', () => {
  const retryable = (
    ['too-many-topics', 'topic-open', 'not-started', 'too-large', 'closed', 'bad-topic'] as const
  ).filter(code => new BroadcastError(code, '').retryable)
  expect(retryable).toEqual(['too-many-topics', 'topic-open', 'not-started'])
})
