import { generateKeyPair } from '@libp2p/crypto/keys'
import { expect, test } from 'vitest'
import { gathered, listed, nextEvent, offersNetwork, text, textOf } from './network.ts'

test('an offer put up on one node is listed on the others, and gone everywhere when it is removed', async () => {
  await using network = await offersNetwork({ size: 3, topology: 'line' })
  const [alice, bob, carol] = [0, 1, 2].map(index => network.offers(index)) as [never, never, never] as ReturnType<
    typeof network.offers
  >[]
  const put = await alice!.publish('btc-eur', text('a bicycle'), { name: 'bicycle', contentType: 'text/plain' })
  expect(put).toMatchObject({
    market: 'btc-eur',
    name: 'bicycle',
    isOwn: true,
    state: 'live',
    contentType: 'text/plain',
  })

  for (const other of [bob!, carol!]) {
    const [offer] = await listed(other, ['a bicycle'])
    expect(offer).toMatchObject({ key: put.key, seq: put.seq, isOwn: false, expiresMs: put.expiresMs, state: 'live' })
    expect(offer!.owner.equals(network.node(0).peerId)).toBe(true)
    expect(await other.get(put.key)).toEqual(offer)
    expect(other.markets()).toEqual([{ market: 'btc-eur', live: 1, stale: 0, total: 1 }])
  }

  await alice!.remove(put.key)
  expect(await alice!.get(put.key)).toBeUndefined()
  for (const other of [bob!, carol!]) {
    await listed(other, [])
    expect(await other.get(put.key)).toBeUndefined()
    expect(other.markets()).toEqual([])
  }
})

test('an offer expires everywhere when its time is over', async () => {
  await using network = await offersNetwork({ size: 2 })
  const [alice, bob] = [network.offers(0), network.offers(1)]
  const watches = [alice, bob].map(service => service.watch())
  const put = await alice.publish('btc-eur', text('soon gone'), { ttlMs: 1_500 })
  for (const watch of watches) {
    expect((await nextEvent(watch)).type).toBe('added')
    expect(await nextEvent(watch)).toMatchObject({ type: 'expired', key: put.key, market: 'btc-eur' })
    expect(Date.now()).toBeGreaterThanOrEqual(put.expiresMs)
  }
  expect((await bob.list()).offers).toEqual([])
})

test('an update replaces, keeps what it does not name, and is told as one', async () => {
  await using network = await offersNetwork({ size: 2 })
  const [alice, bob] = [network.offers(0), network.offers(1)]
  const watch = bob.watch({ market: 'btc-eur' })
  const first = await alice.publish('btc-eur', text('7'), { name: 'rate', ttlMs: 60_000, contentType: 'text/plain' })
  const second = await alice.update(first.key, text('8'))
  expect(second).toMatchObject({ key: first.key, name: 'rate', contentType: 'text/plain' })
  expect(second.seq).toBeGreaterThan(first.seq)
  expect(second.expiresMs - second.createdMs).toBe(60_000)
  const third = await alice.publish('btc-eur', text('9'), { name: 'rate' })
  expect(third.key).toBe(first.key)
  await listed(bob, ['9'])
  await alice.remove({ market: 'btc-eur', name: 'rate' })
  // versions may overtake each other on the way, but none comes twice or late
  const events = []
  do events.push(await nextEvent(watch))
  while (events.at(-1)!.type !== 'removed')
  expect(events[0]!.type).toBe('added')
  expect(events.slice(1, -1).every(({ type }) => type === 'updated')).toBe(true)
  expect(events.at(-1)).toMatchObject({ key: first.key, reason: 'by-owner' })
})

test('nobody takes down, or replaces, the offer of another', async () => {
  await using network = await offersNetwork({ size: 2 })
  const [alice, bob] = [network.offers(0), network.offers(1)]
  const { key } = await alice.publish('btc-eur', text('hers'), { name: 'same' })
  await listed(bob, ['hers'])
  await expect(bob.remove(key)).rejects.toMatchObject({ code: 'not-own' })
  await expect(bob.update(key, text('his'))).rejects.toMatchObject({ code: 'not-own' })
  await expect(bob.update({ market: 'btc-eur', name: 'same' }, text('his'))).rejects.toMatchObject({
    code: 'not-found',
  })
  const his = await bob.publish('btc-eur', text('his'), { name: 'same' })
  expect(his.key).not.toBe(key)
  await listed(alice, ['hers', 'his'])
})

test('a list is filtered, and read page by page without a gap or a repetition', async () => {
  await using network = await offersNetwork({ size: 1, topology: 'none' })
  const service = network.offers(0)
  const items = Array.from({ length: 600 }, (_, index) => ({
    market: index % 3 === 0 ? 'art/prints' : 'btc-eur',
    body: text(`offer ${index}`),
    name: `offer ${index}`,
  }))
  const report = await service.publishMany(items)
  expect(report).toEqual({ read: 600, published: 600, unchanged: 0, refused: 0 })
  expect(service.markets().map(({ market, total }) => [market, total])).toEqual([
    ['art/prints', 200],
    ['btc-eur', 400],
  ])

  const pages = []
  let after: string | undefined
  do {
    const page = await service.list({ market: 'btc-eur', limit: 150, after })
    pages.push(page.offers)
    after = page.next
  } while (after !== undefined)
  expect(pages.map(page => page.length)).toEqual([150, 150, 100])
  expect((await service.list({ limit: 600 })).next).toBeUndefined()
  const read = pages.flat()
  expect(new Set(read.map(({ key }) => key)).size).toBe(400)
  expect(read.map(({ createdMs }) => createdMs)).toEqual(
    read.map(({ createdMs }) => createdMs).toSorted((a, b) => a - b),
  )

  const all = await gathered(service.all({ market: 'btc-eur' }))
  expect(all.map(({ key }) => key)).toEqual(read.map(({ key }) => key))
  const newest = await service.list({ market: 'btc-eur', limit: 1, newestFirst: true })
  expect(newest.offers[0]!.key).toBe(read.at(-1)!.key)
  const some = await service.list({ where: offer => textOf(offer).endsWith('99') })
  expect(some.offers.map(textOf).toSorted()).toEqual([99, 199, 299, 399, 499, 599].map(n => `offer ${n}`).toSorted())
  expect((await service.list({ owner: network.node(0).peerId, limit: 5 })).offers.length).toBe(5)
  await expect(service.list({ after: 'nonsense' })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(service.list({ market: 'BTC' })).rejects.toMatchObject({ code: 'bad-market' })
})

test('what was published in bulk is left as it is when it is published again, and what is refused is named', async () => {
  await using network = await offersNetwork({ size: 1, topology: 'none' }, { maxBodyBytes: 10, maxPerOwner: 3 })
  const service = network.offers(0)
  const item = (name: string, body: string) => ({ market: 'btc-eur', name, body: text(body) })
  const first = await service.publishMany([item('a', '1'), item('b', '1'), item('a', '2')])
  expect(first).toEqual({ read: 3, published: 3, unchanged: 0, refused: 0 })

  const refused: Array<[number, string]> = []
  const again = await service.publishMany(
    [item('a', '2'), item('b', '3'), item('c', 'too long for it'), item('', 'x'), item('d', '4'), item('e', '5')],
    { onRefused: (index, error) => refused.push([index, (error as { code?: string }).code ?? '']) },
  )
  expect(again).toEqual({ read: 6, published: 2, unchanged: 1, refused: 3 })
  expect(refused).toEqual([
    [2, 'too-large'],
    [3, 'bad-name'],
    [5, 'over-quota'],
  ])
  await listed(service, ['2', '3', '4'])
})

test('the owner’s node keeps to the quota, and removed offers count until nothing can bring them back', async () => {
  await using network = await offersNetwork({ size: 1, topology: 'none' }, { maxPerOwner: 2 })
  const service = network.offers(0)
  const first = await service.publish('btc-eur', text('1'))
  await service.publish('btc-eur', text('2'))
  await expect(service.publish('btc-eur', text('3'))).rejects.toMatchObject({ code: 'over-quota', retryable: true })
  await service.update(first.key, text('1 again'))
  await service.remove(first.key)
  await expect(service.publish('btc-eur', text('3'))).rejects.toMatchObject({ code: 'over-quota' })
  await service.publish('btc-usd', text('elsewhere'))
})

test('what is not an offer is refused before anything is signed', async () => {
  await using network = await offersNetwork({ size: 1, topology: 'none' }, { maxBodyBytes: 100, maxTtlMs: 1_000 })
  const service = network.offers(0)
  const put = (market: string, options = {}, body = text('x')): Promise<unknown> =>
    service.publish(market, body, { ttlMs: 1_000, ...options })
  await expect(put('Not A Market')).rejects.toMatchObject({ code: 'bad-market' })
  await expect(put('m', { name: '' })).rejects.toMatchObject({ code: 'bad-name' })
  await expect(put('m', { name: 'n'.repeat(65) })).rejects.toMatchObject({ code: 'bad-name' })
  await expect(put('m', { name: '\ud800' })).rejects.toMatchObject({ code: 'bad-name' })
  await expect(put('m', { ttlMs: 1_001 })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(put('m', { contentType: 'é' })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(put('m', {}, new Uint8Array(101))).rejects.toMatchObject({
    code: 'too-large',
    message: 'body is 101 bytes, the limit of this network is 100',
  })
  await expect(service.get('xyz')).rejects.toMatchObject({ code: 'bad-option' })
  await expect(service.remove('00'.repeat(32))).rejects.toMatchObject({ code: 'not-found' })
  await expect(put('m', { signal: AbortSignal.abort('enough') })).rejects.toMatchObject({
    code: 'aborted',
    cause: 'enough',
  })
  expect((await service.list()).offers).toEqual([])
})

test('a clock that was set back by more than others allow can not replace an offer', async () => {
  let aheadMs = 600_000
  const clock = {
    now: () => Date.now() + aheadMs,
    setTimeout: (run: () => void, delayMs: number) => setTimeout(run, delayMs),
    clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
  }
  await using network = await offersNetwork({ size: 1, topology: 'none' }, { clock })
  const service = network.offers(0)
  const { key, seq } = await service.publish('btc-eur', text('1'))
  aheadMs = 0
  await expect(service.update(key, text('2'))).rejects.toMatchObject({ code: 'clock', retryable: false })
  await expect(service.remove(key)).rejects.toMatchObject({ code: 'clock' })
  aheadMs = 590_000
  expect((await service.update(key, text('2'))).seq).toBeGreaterThan(seq)
})

test('an identity whose key owns no records reads, and can not publish', async () => {
  const privateKey = await generateKeyPair('secp256k1')
  await using network = await offersNetwork({ size: 2 }, index => (index === 1 ? { privateKey } : {}))
  await network.offers(0).publish('btc-eur', text('hers'))
  await listed(network.offers(1), ['hers'])
  await expect(network.offers(1).publish('btc-eur', text('his'))).rejects.toMatchObject({ code: 'unsupported-key' })
  await expect(network.offers(1).remove({ market: 'btc-eur', name: 'x' })).rejects.toMatchObject({
    code: 'unsupported-key',
  })
})

test('a removal by name is published for what this node never knew, whatever it thinks of its past', async () => {
  await using network = await offersNetwork({ size: 1, topology: 'none' }, { identity: 'new' })
  const service = network.offers(0)
  await service.remove({ market: 'btc-eur', name: 'unknown' })
  await service.remove({ market: 'btc-eur', name: 'unknown' })
  expect(service.status().offers).toMatchObject({ entries: 1, live: 0 })
  await service.publish('btc-eur', text('up again'), { name: 'unknown' })
  await listed(service, ['up again'])
})

test('a stopped node refuses, and a watch ends with it', async () => {
  await using network = await offersNetwork({ size: 1, topology: 'none' })
  const service = network.offers(0)
  const watch = service.watch()
  await network.stack(0).stop()
  expect(await watch.next()).toEqual({ value: undefined, done: true })
  await expect(service.publish('m', text('x'))).rejects.toMatchObject({ code: 'not-started', retryable: true })
  await expect(service.publish('m', text('x'), { whileOnline: true })).rejects.toMatchObject({ code: 'not-started' })
  await expect(service.list()).rejects.toMatchObject({ code: 'not-started' })
  expect(() => service.markets()).toThrow(expect.objectContaining({ code: 'not-started' }))
})
