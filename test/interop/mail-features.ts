import { until } from '@stoa/testkit'
import { expect } from 'vitest'
import { PeerError } from './peer.ts'
import type { Feature } from './features.ts'
import type { NetworkFeature } from './network-features.ts'
import type { Node } from './node.ts'

/** A key record, a letter or a receipt gets to the other side by gossip or by anti-entropy. */
const MAIL_TIMEOUT_MS = 45_000

export const MAIL_FEATURES: Partial<Record<Feature, NetworkFeature>> = {
  mailbox: async (lab, kind) => {
    const [ours, theirs] = await Promise.all([lab.start('ours', 'ours'), lab.start(kind.name, kind)])
    for (const node of [theirs, ours]) await node.call('mail-key')
    await theirs.dial(ours)
    await delivers(theirs, ours, 'a letter to Stoa')
    await delivers(ours, theirs, 'a letter from Stoa: ✉')
    // not handed over: through the set of letters that every node keeps
    await delivers(theirs, ours, 'a letter through the network', { byNetwork: true })
  },
}

/** Sealed by one, opened by the other, acknowledged there, and the receipt is proof for the first. */
export async function delivers(from: Node, to: Node, text: string, how: { byNetwork?: boolean } = {}): Promise<void> {
  const body = Buffer.from(text).toString('hex')
  const sent = await until(
    async () => {
      try {
        return await from.call('mail-send', { to: to.id, body, ...how })
      } catch (error) {
        // its key has not come yet
        if (error instanceof PeerError && error.code.startsWith('no-')) return undefined
        throw error
      }
    },
    { timeoutMs: MAIL_TIMEOUT_MS, what: `${from.name} to know the mail key of ${to.name}` },
  )
  const received = await until(async () => (await to.call('mail-list')).letters.find(letter => letter.body === body), {
    timeoutMs: MAIL_TIMEOUT_MS,
    what: `“${text}” in the inbox of ${to.name}`,
  })
  expect(received).toMatchObject({ from: from.id })
  if (sent.letter !== undefined) expect(received.id).toBe(sent.letter)
  await to.call('mail-ack', { letter: received.id })
  await until(
    async () => (await from.call('mail-sent')).letters.some(({ id, isDelivered }) => id === received.id && isDelivered),
    { timeoutMs: MAIL_TIMEOUT_MS, what: `the receipt of “${text}” at ${from.name}` },
  )
  expect((await to.call('mail-list')).letters.map(({ id }) => id)).not.toContain(received.id)
}
