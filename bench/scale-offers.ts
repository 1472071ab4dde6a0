import { generateKeyPair } from '@libp2p/crypto/keys'
import { signRecord } from '@stoa/record'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

type PrivateKey = Parameters<typeof signRecord>[0]

export const NETWORK = 'bench'
const MARKETS = 16
const OFFERS_PER_OWNER = 20
/** With it an offer is an entry of 491 to 496 bytes. */
const BODY_BYTES = 300
const TTL_MS = 86_400_000
/** Owners that are signed for at one time. */
const IN_FLIGHT = 16

/**
 * A file of offers (spec/offers.md §7), each owner with 20. Written here and not by a node, since a node publishes for one owner.
 * @param forMs they were created evenly over so long up to now
 */
export async function writeOffers(file: string, count: number, forMs: number): Promise<void> {
  await pipeline(Readable.from(fileOf(count, forMs)), createWriteStream(file, { highWaterMark: 1_048_576 }))
}

async function* fileOf(count: number, forMs: number): AsyncGenerator<Uint8Array> {
  const [now, network] = [Date.now(), new TextEncoder().encode(NETWORK)]
  yield Buffer.concat([Buffer.from('stoa-offers'), Uint8Array.of(1), frame(field(1, network))])
  const owners = Math.ceil(count / OFFERS_PER_OWNER)
  for (let first = 0; first < owners; first += IN_FLIGHT) {
    const some = Array.from({ length: Math.min(IN_FLIGHT, owners - first) }, async (_, index) => {
      const from = (first + index) * OFFERS_PER_OWNER
      const key = await generateKeyPair('Ed25519')
      return Promise.all(
        Array.from({ length: Math.min(OFFERS_PER_OWNER, count - from) }, (_each, at) =>
          // in no order, as they come from many owners
          signedOffer(key, from + at, now - Math.floor(Math.random() * forMs)),
        ),
      )
    })
    yield Buffer.concat((await Promise.all(some)).flat().map(bytes => frame(field(1, bytes))))
  }
  yield frame(Buffer.alloc(0))
}

async function signedOffer(key: PrivateKey, index: number, createdMs: number): Promise<Uint8Array> {
  const body = Buffer.alloc(BODY_BYTES, index % 251)
  body.writeUInt32LE(index)
  const { bytes } = await signRecord(
    key,
    {
      space: `offers/bench-${index % MARKETS}`,
      name: `offer-${index}`,
      seq: createdMs,
      createdMs,
      expiresMs: createdMs + TTL_MS,
      body: field(3, body),
    },
    { network: NETWORK },
  )
  return bytes
}

/** A field of protobuf that holds bytes. */
function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(number * 8 + 2), varint(bytes.length), bytes])
}

function frame(body: Uint8Array): Buffer {
  return Buffer.concat([varint(body.length), body])
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  return Uint8Array.from([...bytes, value])
}
