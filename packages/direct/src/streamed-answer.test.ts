import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ITEM_OVERHEAD_BYTES, StreamedAnswer } from './streamed-answer.ts'

function scene(windowBytes: number) {
  const log = { granted: 0, cancelled: 0, released: 0 }
  const answer = new StreamedAnswer<number>({
    windowBytes,
    timeoutMs: 1_000,
    decode: payload => {
      if (payload[0] === 0xff) throw new Error('not a value')
      return payload.byteLength
    },
    grant: bytes => {
      log.granted += bytes
    },
    cancel: () => log.cancelled++,
    watch: () => {},
    release: () => log.released++,
  })
  return { answer, log }
}

const cost = (bytes: number): number => bytes + ITEM_OVERHEAD_BYTES

describe('the window of a streamed answer', () => {
  test('a peer that keeps to it is never cut off, and always gets to send all', async () => {
    const items = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 50 })
    const reads = fc.infiniteStream(fc.boolean())
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 600 }), reads, async (sizes, windowBytes, readNow) => {
        const { answer, log } = scene(windowBytes)
        let spent = 0
        let sent = 0
        const read: number[] = []
        while (read.length < sizes.length) {
          const maySend = sent < sizes.length && spent < windowBytes + log.granted
          if (maySend && (sent === read.length || readNow.next().value === true)) {
            spent += cost(sizes[sent]!)
            if (!answer.push(new Uint8Array(sizes[sent++]!))) throw new Error('cut off')
          } else {
            // neither can send nor has anything to read: the two would wait for each other
            if (sent === read.length) throw new Error('stuck')
            read.push((await answer.next()).value as number)
          }
          // what was granted and not used, with what is unread, is never more than one window and one item
          expect(windowBytes + log.granted - spent).toBeLessThanOrEqual(windowBytes)
        }
        expect(read).toEqual(sizes)
      }),
    )
  })

  test('a peer that goes beyond it is noticed with the first item', () => {
    const { answer } = scene(2 * cost(10))
    expect(answer.push(new Uint8Array(10))).toBe(true)
    expect(answer.push(new Uint8Array(10))).toBe(true)
    expect(answer.push(new Uint8Array(0))).toBe(false)
  })

  test('is given back in halves, not item by item', async () => {
    const { answer, log } = scene(4 * cost(0))
    for (let i = 0; i < 4; i++) answer.push(new Uint8Array(0))
    await answer.next()
    expect(log.granted).toBe(0)
    await answer.next()
    expect(log.granted).toBe(2 * cost(0))
  })
})

describe('reading', () => {
  test('waits for an item, then for the end', async () => {
    const { answer, log } = scene(1_000)
    const first = answer.next()
    answer.push(new Uint8Array(3))
    expect(await first).toEqual({ done: false, value: 3 })
    const second = answer.next()
    answer.end()
    expect(await second).toEqual({ done: true, value: undefined })
    expect(log).toMatchObject({ released: 1, cancelled: 0 })
  })

  test('the clock runs only while somebody waits', async () => {
    const { answer } = scene(1_000)
    expect(answer.deadlineMs).toBe(Infinity)
    const first = answer.next()
    expect(answer.deadlineMs).toBeLessThan(Infinity)
    answer.push(new Uint8Array(1))
    expect(answer.deadlineMs).toBe(Infinity)
    await first
  })

  test('gets the items that came before an error of the peer, and none before an error of its own', async () => {
    const { answer: failed } = scene(1_000)
    failed.push(new Uint8Array(1))
    failed.fail(new Error('of the peer'), false)
    expect(await failed.next()).toMatchObject({ value: 1 })
    await expect(failed.next()).rejects.toThrow('of the peer')

    const { answer: aborted } = scene(1_000)
    aborted.push(new Uint8Array(1))
    aborted.fail(new Error('our own'), true)
    await expect(aborted.next()).rejects.toThrow('our own')
  })

  test('an item that cannot be decoded tells the peer to stop, and so does leaving, once', async () => {
    for (const leave of [
      (answer: StreamedAnswer<number>) => answer.next().catch(() => {}),
      (answer: StreamedAnswer<number>) => answer.return(),
    ]) {
      const { answer, log } = scene(1_000)
      answer.push(Uint8Array.of(0xff))
      await leave(answer)
      await answer.return()
      expect(log).toEqual({ granted: 0, cancelled: 1, released: 1 })
      expect(await answer.next()).toEqual({ done: true, value: undefined })
    }
  })

  test('nothing is told to the peer when it is over already', async () => {
    const { answer, log } = scene(1_000)
    answer.push(new Uint8Array(900))
    answer.end()
    await answer.next()
    await answer.return()
    expect(log).toEqual({ granted: 0, cancelled: 0, released: 1 })
  })
})
