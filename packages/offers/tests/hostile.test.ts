import { generateKeyPair } from '@libp2p/crypto/keys'
import { signRecord } from '@stoa/record'
import { expect, test } from 'vitest'
import { encodeOfferBody } from '../src/core/offer-body.ts'
import { fileEnd, fileFrames, fileHead } from '../src/offer-file.ts'
import { listed, nextEvent, offersNetwork, text } from './network.ts'
import type { RecordFields } from '@stoa/record'
import type { PrivateKey } from '@libp2p/interface'

const HOUR_MS = 3_600_000

function forged(key: PrivateKey, over: Partial<RecordFields> = {}, network = 'test'): Promise<{ bytes: Uint8Array }> {
  const now = Date.now()
  const fields = {
    space: 'offers/btc-eur',
    name: 'forged',
    seq: now,
    createdMs: now,
    expiresMs: now + HOUR_MS,
    body: encodeOfferBody({ whileOnline: false, contentType: '', body: text('forged') }),
    ...over,
  }
  return signRecord(key, fields, { network, limits: { maxBodyBytes: 57_344, maxTtlMs: 400 * 24 * HOUR_MS } })
}

test('what is forged, tampered with, replayed, from the future or expired is never listed, and says which it is', async () => {
  await using network = await offersNetwork({ size: 2 })
  const [alice, bob] = [network.offers(0), network.offers(1)]
  const watch = bob.watch()
  const put = await alice.publish('btc-eur', text('hers'), { name: 'rate' })
  const removed = await alice.publish('btc-eur', text('removed'), { name: 'gone' })
  expect(await nextEvent(watch)).toMatchObject({ type: 'added', key: put.key })
  expect(await nextEvent(watch)).toMatchObject({ type: 'added', key: removed.key })
  const mallory = await generateKeyPair('Ed25519')
  const now = Date.now()

  const fine = (await forged(mallory)).bytes
  const tampered = fine.slice()
  tampered[Buffer.from(fine).lastIndexOf('forged')]! ^= 1
  // alice's key in the place of mallory's: the owner decides the key, and is signed
  const stolen = fine.slice()
  stolen.set(
    network.key(0).publicKey.raw,
    stolen.findIndex((_, at) => mallory.publicKey.raw.every((b, i) => stolen[at + i] === b)),
  )
  const attempts: Array<[string, Uint8Array]> = [
    ['unproven', tampered],
    ['unproven', stolen],
    ['unproven', (await forged(mallory, {}, 'elsewhere')).bytes],
    ['future', (await forged(mallory, { createdMs: now + HOUR_MS, expiresMs: now + 2 * HOUR_MS })).bytes],
    ['expired', (await forged(mallory, { createdMs: now - 2 * HOUR_MS, expiresMs: now - HOUR_MS })).bytes],
    ['malformed', (await forged(mallory, { expiresMs: now + 31 * 24 * HOUR_MS })).bytes],
    ['malformed', (await forged(mallory, { space: 'offers' })).bytes],
    ['malformed', (await forged(mallory, { space: 'leases/presence', name: 'online' })).bytes],
    ['malformed', (await forged(mallory, { name: Uint8Array.of(0xff) })).bytes],
    ['malformed', (await forged(mallory, { body: text('no offer') })).bytes],
    [
      'malformed',
      (
        await forged(mallory, {
          body: encodeOfferBody({ whileOnline: false, contentType: '', body: new Uint8Array(16_385) }),
        })
      ).bytes,
    ],
  ]
  const head = fileHead({ network: 'test', market: '', createdMs: now })
  for (const [reason, entry] of attempts) {
    const reasons: string[] = []
    const file = [head, fileFrames([{ entry: entry as Uint8Array<ArrayBuffer>, stamp: undefined }]), fileEnd()]
    const report = await bob.importFrom(file, { onBad: bad => reasons.push(bad.reason) })
    expect(report.taken, reason).toBe(0)
    expect(reason === 'expired' ? report.passedOver : reasons, reason).toEqual(reason === 'expired' ? 1 : [reason])
  }
  await listed(bob, ['hers', 'removed'])

  // an earlier version, replayed after its removal
  await alice.remove(removed.key)
  expect(await nextEvent(watch)).toMatchObject({ type: 'removed', key: removed.key })
  await listed(alice, ['hers'])
  await listed(bob, ['hers'])
  expect(bob.status().offers.counters.verdicts.malformed).toBeGreaterThan(0)
})

test('a lease says nothing of anybody but its owner', async () => {
  await using network = await offersNetwork({ size: 2 }, { leaseMs: 600, replica: { keyIntervalMs: 50 } })
  const [alice, bob] = [network.offers(0), network.offers(1)]
  const hers = await alice.publish('btc-eur', text('hers'), { whileOnline: true })
  await listed(bob, ['hers'])
  const watch = bob.watch({ owner: network.node(0).peerId })
  await network.kill(0)
  // bob is online, which is of no use to alice
  await bob.publish('btc-eur', text('his'), { whileOnline: true })
  expect(await nextEvent(watch)).toMatchObject({ type: 'stale', key: hers.key })
  await listed(bob, ['his'])
})
