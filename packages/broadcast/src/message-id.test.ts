import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageId, MessageIds } from './message-id.ts'

test('what was hashed before in the same buffer does not show in an id', async () => {
  const topic = fc.constantFrom('a', 'ab', '/stoa/main/topic/a-longer-one')
  const messages = fc.array(fc.tuple(topic, fc.uint8Array({ maxLength: 40 })), { maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(messages, async given => {
      const ids = new MessageIds()
      // at one time, as messages of many peers are
      const found = await Promise.all(given.map(([name, data]) => ids.of(name, data)))
      expect(found).toEqual(await Promise.all(given.map(([name, data]) => messageId(name, data))))
    }),
  )
})
