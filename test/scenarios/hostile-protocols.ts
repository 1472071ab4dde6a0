import { bytes, json, protobuf } from '@stoa/codec'
import { defineProtocol } from '@stoa/direct'
import { message } from 'protons-runtime'
import type { Codec } from '@stoa/codec'

/** How long a node waits for a peer that stalls, in these tests, in ms. */
export const STALL_MS = 1_000

export const echo = defineProtocol({ id: '/test/echo/1.0.0', request: bytes, response: bytes })

export const LARGE_ANSWER_BYTES = 1_000_000
export const largeAnswers = defineProtocol({ id: '/test/large/1.0.0', request: bytes, response: bytes })

interface People {
  names: string[]
}

/** `message People { repeated string names = 1; }`, as protons would generate it. */
const People = {
  codec: () =>
    message<People>(
      (value, writer, options = {}) => {
        if (options.lengthDelimited !== false) writer.fork()
        for (const name of value.names ?? []) writer.uint32(10).string(name)
        if (options.lengthDelimited !== false) writer.ldelim()
      },
      (reader, length) => {
        const people: People = { names: [] }
        const end = length === undefined ? reader.len : reader.pos + length
        while (reader.pos < end) {
          const tag = reader.uint32()
          if (tag >>> 3 === 1) people.names.push(reader.string())
          else reader.skipType(tag & 7)
        }
        return people
      },
      function* () {},
    ),
  encode: (): Uint8Array => {
    throw new Error('the attacker writes its own')
  },
}

const people: Codec<People> = protobuf(People, { maxBytes: 4_194_304 })
export const peopleCount = defineProtocol({
  id: '/test/people/1.0.0',
  request: people,
  response: json<number>(),
  maxRequestBytes: 4_194_304,
})
