import fc from 'fast-check'
import { decodeMessage, encodeMessage, MaxLengthError, message } from 'protons-runtime'
import { expect, test } from 'vitest'
import { PROTOBUF_DEFAULTS, protobuf } from './protobuf.ts'

interface Offer {
  title: string
  body: Uint8Array
  price: bigint
  tags: string[]
  parts: Part[]
}
interface Part {
  count: number
}

const fork = { lengthDelimited: true }

// what protons generates for: message Part { uint32 count = 1; }
const Part = message<Part>(
  (part, writer) => {
    writer.fork()
    if (part.count) writer.uint32(8).uint32(part.count)
    writer.ldelim()
  },
  (reader, length) => {
    const part = { count: 0 }
    const end = length == null ? reader.len : reader.pos + length
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag >>> 3 === 1) part.count = reader.uint32()
      else reader.skipType(tag & 7)
    }
    return part
  },
  function* () {},
)

// message Offer { string title = 1; bytes body = 2; uint64 price = 3; repeated string tags = 4; repeated Part parts = 5; }
const offerCodec = message<Offer>(
  (offer, writer, options = fork) => {
    if (options.lengthDelimited !== false) writer.fork()
    if (offer.title) writer.uint32(10).string(offer.title)
    if (offer.body?.byteLength) writer.uint32(18).bytes(offer.body)
    if (offer.price) writer.uint32(24).uint64(offer.price)
    for (const tag of offer.tags ?? []) writer.uint32(34).string(tag)
    for (const part of offer.parts ?? []) {
      writer.uint32(42)
      Part.encode(part, writer)
    }
    if (options.lengthDelimited !== false) writer.ldelim()
  },
  (reader, length, options = {}) => {
    const offer: Offer = { title: '', body: new Uint8Array(0), price: 0n, tags: [], parts: [] }
    const end = length == null ? reader.len : reader.pos + length
    while (reader.pos < end) {
      const tag = reader.uint32()
      switch (tag >>> 3) {
        case 1:
          offer.title = reader.string()
          break
        case 2:
          offer.body = reader.bytes()
          break
        case 3:
          offer.price = reader.uint64()
          break
        case 4:
          if (options.limits?.tags === offer.tags.length) throw new MaxLengthError('too many tags')
          offer.tags.push(reader.string())
          break
        case 5:
          offer.parts.push(Part.decode(reader, reader.uint32()))
          break
        default:
          reader.skipType(tag & 7)
      }
    }
    return offer
  },
  function* () {},
)

const Offer = {
  codec: () => offerCodec,
  encode: (offer: Partial<Offer>) => encodeMessage(offer, offerCodec),
  decode: (encoded: Uint8Array) => decodeMessage(encoded, offerCodec),
}

const code = (expected: string) => expect.objectContaining({ name: 'CodecError', code: expected })
const offer = (fields: Partial<Offer> = {}): Offer => ({
  title: '',
  body: new Uint8Array(0),
  price: 0n,
  tags: [],
  parts: [],
  ...fields,
})

const anyOffer = fc.record({
  title: fc.string(),
  body: fc.uint8Array(),
  price: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  tags: fc.array(fc.string()),
  parts: fc.array(fc.record({ count: fc.nat() })),
})

test('every message comes back as it was', () => {
  const codec = protobuf(Offer)
  fc.assert(
    fc.property(anyOffer, value => {
      expect(codec.decode(codec.encode(value))).toEqual(value)
    }),
  )
})

test('any bytes are a message or a CodecError', () => {
  const codec = protobuf(Offer)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), encoded => {
      const decode = (): string => {
        try {
          codec.decode(encoded)
          return 'CodecError'
        } catch (error) {
          return (error as Error).name
        }
      }
      expect(decode()).toBe('CodecError')
    }),
  )
})

test('a decoded value owns its memory', () => {
  const arrived = Buffer.from(Offer.encode(offer({ body: Uint8Array.of(7, 7, 7) })))
  const value = protobuf(Offer).decode(arrived)
  arrived.fill(0)
  expect(value.body).toEqual(Uint8Array.of(7, 7, 7))
})

test('a message over the limit is refused both ways, before it is read', () => {
  const encoded = Offer.encode(offer({ body: new Uint8Array(100) }))
  expect(encoded.byteLength).toBe(102)
  expect(protobuf(Offer, { maxBytes: 102 }).decode(encoded).body.byteLength).toBe(100)
  const codec = protobuf(Offer, { maxBytes: 101 })
  expect(() => codec.decode(encoded)).toThrow(code('too-large'))
  expect(() => codec.encode(offer({ body: new Uint8Array(100) }))).toThrow(/is 102 bytes, the limit is 101/)
})

test('a message of half a million empty entries is refused before it becomes half a million objects', () => {
  const encoded = new Uint8Array(PROTOBUF_DEFAULTS.maxBytes)
  for (let i = 0; i < encoded.length; i += 2) encoded[i] = 42
  let built = 0
  const counting = {
    ...Offer,
    codec: () => ({
      ...offerCodec,
      decode: ((reader, length, options) => {
        const uint32 = reader.uint32.bind(reader)
        reader.uint32 = () => {
          built++
          return uint32()
        }
        return offerCodec.decode(reader, length, options)
      }) as typeof offerCodec.decode,
    }),
  }
  expect(() => protobuf(counting).decode(encoded)).toThrow(code('limit'))
  expect(built).toBe(PROTOBUF_DEFAULTS.maxVarints + 1)
})

test('varints are counted over all levels, exactly', () => {
  // two for each part, its tag and its length, and two for the field in it
  const encoded = Offer.encode(offer({ parts: [{ count: 1 }, { count: 2 }, { count: 3 }] }))
  expect(protobuf(Offer, { maxVarints: 12 }).decode(encoded).parts).toHaveLength(3)
  expect(() => protobuf(Offer, { maxVarints: 11 }).decode(encoded)).toThrow(code('limit'))
})

test('unknown fields count as well', () => {
  const encoded = new Uint8Array(40).fill(0)
  for (let i = 0; i < encoded.length; i += 2) encoded[i] = 0x78
  expect(protobuf(Offer, { maxVarints: 20 }).decode(encoded)).toEqual(offer())
  expect(() => protobuf(Offer, { maxVarints: 19 }).decode(encoded)).toThrow(code('limit'))
})

test('single repeated fields have limits of their own', () => {
  const encoded = Offer.encode(offer({ tags: ['a', 'b', 'c'] }))
  expect(protobuf(Offer, { repeated: { tags: 3 } }).decode(encoded).tags).toHaveLength(3)
  expect(() => protobuf(Offer, { repeated: { tags: 2 } }).decode(encoded)).toThrow(code('limit'))
})

test('groups, the only nesting without a schema, are malformed', () => {
  const startGroup = 0x7b
  expect(() => protobuf(Offer).decode(new Uint8Array(1_000).fill(startGroup))).toThrow(code('malformed'))
  expect(() => protobuf(Offer).decode(Uint8Array.of(startGroup, startGroup + 1))).toThrow(/group/)
})

test('a message is malformed wherever it is cut off inside a field', () => {
  const fields: Array<Partial<Offer>> = [
    { title: 'offer' },
    { body: new Uint8Array(200) },
    { price: 300n },
    { price: 2n ** 21n },
    { parts: [{ count: 300 }] },
  ]
  for (const field of fields) {
    const encoded = Offer.encode(offer(field))
    for (let length = 1; length < encoded.length; length++) {
      expect(() => protobuf(Offer).decode(encoded.subarray(0, length))).toThrow(code('malformed'))
    }
  }
})

test('a value that protons cannot encode is malformed', () => {
  expect(() => protobuf(Offer).encode(offer({ price: 'many' as unknown as bigint }))).toThrow(code('malformed'))
})
