import { expect, test } from 'vitest'
import { gathered, listed, offersNetwork, text } from './network.ts'
import type { BadEntry } from '../src/index.ts'

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap(chunk => [...chunk]))
}

test('a file carries offers and removals to a node that nobody is connected to', async () => {
  await using network = await offersNetwork({ size: 2, topology: 'none' })
  const [alice, bob] = [network.offers(0), network.offers(1)]
  const items = Array.from({ length: 300 }, (_, index) => ({ market: 'btc-eur', body: text(`offer ${index}`) }))
  await alice.publishMany(items)
  await alice.publish('btc-usd', text('elsewhere'))
  const gone = await alice.publish('btc-eur', text('gone'))
  const before = joined(await gathered(alice.exportOffers()))
  await alice.remove(gone.key)
  const after = joined(await gathered(alice.exportOffers({ market: 'btc-eur' })))

  const first = await bob.importFrom([before])
  expect(first).toEqual({
    bytes: before.length,
    entries: 302,
    taken: 302,
    known: 0,
    passedOver: 0,
    bad: 0,
    isComplete: true,
  })
  expect((await bob.get(gone.key))?.isOwn).toBe(false)
  // cut anywhere, with the removal in it
  const chunks = Array.from({ length: Math.ceil(after.length / 1_000) }, (_, at) =>
    after.subarray(at * 1_000, at * 1_000 + 1_000),
  )
  const progress: number[] = []
  const second = await bob.importFrom(chunks, { onProgress: ({ entries }) => progress.push(entries) })
  expect(second).toMatchObject({ entries: 301, taken: 1, known: 300, bad: 0, isComplete: true })
  expect(progress.at(-1)).toBe(301)
  expect(await bob.get(gone.key)).toBeUndefined()
  expect(bob.markets().map(({ market, total }) => [market, total])).toEqual([
    ['btc-eur', 300],
    ['btc-usd', 1],
  ])
  // and on: what is exported is what was signed, byte for byte
  const again = joined(await gathered(bob.exportOffers({ market: 'btc-eur' })))
  expect(again.subarray(40)).toEqual(after.subarray(40))
})

test('what was changed in a file is named and passed over, the rest is taken', async () => {
  await using network = await offersNetwork({ size: 2, topology: 'none' })
  const [alice, bob] = [network.offers(0), network.offers(1)]
  await alice.publishMany(
    Array.from({ length: 5 }, (_, index) => ({ market: 'btc-eur', body: text(`offer ${index}`) })),
  )
  const file = joined(await gathered(alice.exportOffers()))
  const body = Buffer.from(file.buffer).indexOf('offer 2')
  file[body + 6] = '9'.charCodeAt(0)

  const bad: BadEntry[] = []
  const report = await bob.importFrom([file], { onBad: entry => bad.push(entry) })
  expect(report).toMatchObject({ entries: 5, taken: 4, bad: 1, isComplete: true })
  expect(bad).toEqual([{ index: expect.any(Number) as number, byte: expect.any(Number) as number, reason: 'unproven' }])
  expect(bad[0]!.byte).toBeLessThan(body)
  await listed(bob, ['offer 0', 'offer 1', 'offer 3', 'offer 4'])
})

test('a file that was cut off gives what came before, and says so', async () => {
  await using network = await offersNetwork({ size: 2, topology: 'none' })
  const [alice, bob] = [network.offers(0), network.offers(1)]
  await alice.publishMany([1, 2, 3].map(index => ({ market: 'btc-eur', body: text(`offer ${index}`) })))
  const file = joined(await gathered(alice.exportOffers()))
  const report = await bob.importFrom([file.subarray(0, file.length - 50)])
  expect(report).toMatchObject({ entries: 2, taken: 2, isComplete: false })
})

test('a file of another network, or of anything else, is refused', async () => {
  await using network = await offersNetwork({ size: 2, topology: 'none' }, index => ({ network: `net-${index}` }))
  const [alice, bob] = [network.offers(0), network.offers(1)]
  await alice.publish('btc-eur', text('x'))
  const file = joined(await gathered(alice.exportOffers()))
  await expect(bob.importFrom([file])).rejects.toMatchObject({
    code: 'bad-file',
    message: expect.stringContaining('net-0') as string,
  })
  await expect(bob.importFrom([text('{}')])).rejects.toMatchObject({ code: 'bad-file' })
  await expect(bob.importFrom([text('something else altogether')])).rejects.toMatchObject({ code: 'bad-file' })
  expect(bob.status().offers.entries).toBe(0)
})
