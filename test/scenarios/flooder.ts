// A hostile node in its own process: floods the topic of offers, over plain gossipsub.
//   node flooder.ts invalid|valid NETWORK PER_SECOND COUNT WHERE…
// Prints {"ready":true}, floods from the first line on its stdin, prints {"published":…,"peers":…} when it is done and at the end of its stdin ends.
import { createInterface } from 'node:readline'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { bytes } from '@stoa/codec'
import { signRecord } from '@stoa/record'
import { createStack } from '@stoa/stack'

const [kind, network, perSecond, count, ...where] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  ...string[],
]
const TICK_MS = 20
const DAY_MS = 86_400_000
const BODY_BYTES = 200

const stack = await createStack({
  network,
  listen: [],
  mdns: false,
  nat: false,
  discovery: false,
  offers: false,
  mailbox: false,
})
const wireTopic = `/stoa/${network}/offers/0`
const topic = stack.broadcast.topic('flood', bytes, { wireTopic })
const messages = await Promise.all(Array.from({ length: Number(count) }, (_, index) => message(index)))
for (const address of where) await stack.libp2p.dial(multiaddr(address))
await topic.ready({ peers: where.length })
const lines = createInterface(process.stdin)
lines.once('line', () => void flood())
lines.once('close', () => process.exit(0))
console.log(JSON.stringify({ ready: true }))

async function flood(): Promise<void> {
  const perTick = (Number(perSecond) * TICK_MS) / 1000
  let published = 0
  const started = performance.now()
  for (let tick = 1; published < messages.length; tick++) {
    for (const data of messages.slice(published, published + perTick)) {
      // whoever has cut us off is not reached any more
      void stack.broadcast.pubsub.publish(wireTopic, data).catch(() => {})
    }
    published += perTick
    await new Promise(resolve => setTimeout(resolve, Math.max(0, started + tick * TICK_MS - performance.now())))
  }
  console.log(JSON.stringify({ published, peers: stack.libp2p.getPeers().length }))
}

/** An offer of an owner that nobody has seen before, of the size that most have. */
async function message(index: number): Promise<Uint8Array> {
  const nowMs = Date.now()
  const body = new Uint8Array(BODY_BYTES + 3).fill(index % 251)
  // spec/offers.md §3: field 3 of Offer
  body.set([0x1a, 0x80 | (BODY_BYTES & 0x7f), BODY_BYTES >> 7])
  const key = await generateKeyPair('Ed25519')
  const times = { createdMs: nowMs, expiresMs: nowMs + DAY_MS, holdsMs: nowMs + DAY_MS }
  const record = await signRecord(
    key,
    { space: 'offers/flood', name: `offer-${index}`, seq: nowMs, ...times, body },
    { network },
  )
  const signed = record.bytes.slice()
  if (kind === 'invalid') signed[signed.length - 40]! ^= 1
  // spec/proto/replica.proto: field 1 of Entry
  const length = signed.byteLength
  return Uint8Array.of(0x0a, (length & 0x7f) | 0x80, length >> 7, ...signed)
}
