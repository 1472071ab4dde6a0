// A hostile node in its own process: floods the network's mail with letters to nobody, each from another identity, over plain gossipsub.
//   node mail-flooder.ts unpaid|paid NETWORK PER_SECOND COUNT TTL_MS WHERE…
// Prints {"ready":true}, floods from the first line on its stdin, prints {"published":…,"peers":…} when it is done, and ends with its stdin.
import { createInterface } from 'node:readline'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { bytes } from '@stoa/codec'
import { sealLetter, suiteOf, X25519 } from '@stoa/mailbox/letter'
import { checkStamp } from '@stoa/replica'
import { sizeClassOf, timeClassOf } from '@stoa/replica/core'
import { createStack } from '@stoa/stack'
import type { LetterEntry } from '@stoa/mailbox/letter'
import type { RawStamp } from '@stoa/replica'

const [kind, network, perSecond, count, ttlMs, ...where] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  ...string[],
]
const TICK_MS = 20
const BUCKET_BITS = 8
/** The least that every letter pays: spec/mailbox.md §6. Whoever floods pays no more. */
const FLOOR_RANK = -25
const MAX_TRIES = 2 ** 20

const stack = await createStack({
  network,
  listen: [],
  mdns: false,
  nat: false,
  discovery: false,
  offers: false,
  mailbox: false,
})
const wireTopic = `/stoa/${network}/mail/0`
const topic = stack.broadcast.topic('flood', bytes, { wireTopic })
const { publicKey } = await suiteOf(X25519).generate()
const messages: Uint8Array[] = []
for (let index = 0; index < Number(count); index++) messages.push(await message())
for (const address of where) await stack.libp2p.dial(multiaddr(address))
await topic.ready({ peers: where.length })
const lines = createInterface(process.stdin)
lines.once('line', () => void flood())
lines.once('close', () => process.exit(0))
console.log(JSON.stringify({ ready: true }))

async function flood(): Promise<void> {
  const perTick = Math.max(1, (Number(perSecond) * TICK_MS) / 1000)
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

/** A letter as others see it; its receiver is made up. */
async function message(): Promise<Uint8Array> {
  const letter = await sealLetter({
    network,
    from: await generateKeyPair('Ed25519'),
    to: crypto.getRandomValues(new Uint8Array(32)),
    keys: [{ suite: X25519, publicKey }],
    messageId: crypto.getRandomValues(new Uint8Array(16)),
    contentType: '',
    body: new Uint8Array(100),
    sentMs: Date.now(),
    ttlMs: Number(ttlMs),
    bucketBits: BUCKET_BITS,
  })
  const entry = field(0x0a, letter.bytes)
  return kind === 'unpaid' ? entry : Uint8Array.of(...entry, ...field(0x12, encoded(paid(letter))))
}

function paid({ key, bytes: { length }, createdMs, holdsMs }: LetterEntry): RawStamp {
  const sizeClass = sizeClassOf(length)
  const bits = FLOOR_RANK + sizeClass + timeClassOf(holdsMs - createdMs)
  for (let tried = 0; tried < MAX_TRIES; tried++) {
    const nonce = crypto.getRandomValues(new Uint8Array(8))
    const stamp = { sizeClass, fromMs: createdMs, untilMs: holdsMs, nonce }
    if (checkStamp(key, stamp).bits >= bits) return stamp
  }
  throw new Error(`no stamp of ${bits} bits`)
}

/** spec/proto/replica.proto: Stamp. */
function encoded({ sizeClass, fromMs, untilMs, nonce }: RawStamp): Uint8Array {
  return Uint8Array.of(
    0x08,
    ...varint(sizeClass),
    0x10,
    ...varint(fromMs),
    0x18,
    ...varint(untilMs),
    ...field(0x22, nonce),
  )
}

function field(tag: number, value: Uint8Array): Uint8Array {
  return Uint8Array.of(tag, ...varint(value.length), ...value)
}

function varint(value: number): number[] {
  const all: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) all.push((value % 128) | 128)
  return [...all, value]
}
