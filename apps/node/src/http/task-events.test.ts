import { expect, test } from 'vitest'
import { NodeError } from '../node/errors.ts'
import { taskEvents } from './task-events.ts'
import type { TaskInit } from './task-events.ts'

function controlled() {
  const ended = Promise.withResolvers<{ is: string }>()
  let given: TaskInit<number> | undefined
  const bugs: unknown[] = []
  const client = new AbortController()
  const events = taskEvents<number, { is: string }>(
    init => {
      given = init
      return ended.promise
    },
    { signal: client.signal, onBug: error => bugs.push(error) },
  )
  return { ended, events, bugs, client, task: given! }
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text()
}

test('progress comes as events, and the report is the last', async () => {
  const { ended, events, task } = controlled()
  task.onProgress(1)
  const reader = (await events).getReader()
  const first = await reader.read()
  expect(new TextDecoder().decode(first.value)).toBe('event: progress\ndata: 1\n\n')
  ended.resolve({ is: 'done' })
  const last = await reader.read()
  expect(new TextDecoder().decode(last.value)).toBe('event: report\ndata: {"is":"done"}\n\n')
  expect(await reader.read()).toEqual({ done: true, value: undefined })
})

test('a slow reader gets the newest progress alone', async () => {
  const { ended, events, task } = controlled()
  for (let sent = 1; sent <= 1_000; sent++) task.onProgress(sent)
  ended.resolve({ is: 'done' })
  expect(await textOf(await events)).toBe('event: progress\ndata: 1000\n\nevent: report\ndata: {"is":"done"}\n\n')
})

test('what is wrong with the request is thrown, so that the answer has a status of its own', async () => {
  const { ended, events } = controlled()
  ended.reject(new NodeError('bad-request', 'count is 0'))
  await expect(events).rejects.toThrow('count is 0')
})

test('an error later is the last event, and a bug is not told to the client', async () => {
  const known = controlled()
  known.task.onProgress(1)
  known.ended.reject(new NodeError('unreachable', 'nobody is there'))
  expect(await textOf(await known.events)).toContain(
    'event: error\ndata: {"error":{"code":"unreachable","message":"nobody is there","retryable":true}}\n\n',
  )
  expect(known.bugs).toEqual([])

  const bug = controlled()
  bug.task.onProgress(1)
  bug.ended.reject(new TypeError('secret is undefined'))
  expect(await textOf(await bug.events)).not.toContain('secret')
  expect(bug.bugs).toHaveLength(1)
})

test('a client that leaves ends the task, before the answer and after', async () => {
  const early = controlled()
  early.client.abort()
  expect(early.task.signal.aborted).toBe(true)

  const late = controlled()
  late.task.onProgress(1)
  await (await late.events).cancel()
  expect(late.task.signal.aborted).toBe(true)
})
