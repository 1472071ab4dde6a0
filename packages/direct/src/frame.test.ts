import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frameHeader, Kind, maxFrameBytes, parseFrame, WireError } from './frame.ts'
import { ErrorCode as GeneratedError, Frame as GeneratedFrame, Kind as GeneratedKind } from './gen/direct.js'

const kinds = Object.keys(Kind) as Array<keyof typeof Kind>
const errors = Object.keys(WireError) as Array<keyof typeof WireError>
const uint32 = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(0, 1, 127, 128, 16_383, 16_384, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32 - 1),
)
const fields = fc.record({
  kind: fc.constantFrom(...kinds),
  id: uint32,
  credit: uint32,
  error: fc.constantFrom(...errors),
  payload: fc.uint8Array({ maxLength: 300 }),
})

function write({ kind, id, credit, error, payload }: FieldsOf<typeof fields>): Uint8Array<ArrayBuffer> {
  const header = frameHeader(Kind[kind], id, payload.byteLength, credit, WireError[error])
  return Uint8Array.from([...header, ...payload])
}

type FieldsOf<T> = T extends fc.Arbitrary<infer Fields> ? Fields : never

describe('frames are the protobuf message of spec/proto/direct.proto', () => {
  test('all names and numbers are the same', () => {
    expect(kinds).toEqual(Object.keys(GeneratedKind).filter(key => key !== 'codec'))
    expect(errors).toEqual(Object.keys(GeneratedError).filter(key => key !== 'codec'))
    for (const kind of kinds) {
      expect(GeneratedFrame.decode(Uint8Array.of(0x08, Kind[kind]))).toMatchObject({ kind })
    }
    for (const error of errors) {
      expect(GeneratedFrame.decode(Uint8Array.of(0x20, WireError[error]))).toMatchObject({ error })
    }
  })

  test('what is written here is, byte for byte, what the generated code writes', () => {
    fc.assert(
      fc.property(fields, frame => {
        const generated = GeneratedFrame.encode({
          ...frame,
          kind: GeneratedKind[frame.kind],
          error: GeneratedError[frame.error],
          payload: Uint8Array.from(frame.payload),
        })
        expect(write(frame)).toEqual(Uint8Array.from(generated))
      }),
    )
  })

  test('what is written here is read back, here and by the generated code', () => {
    fc.assert(
      fc.property(fields, frame => {
        const bytes = write(frame)
        expect(parseFrame(bytes)).toEqual({ ...frame, kind: Kind[frame.kind], error: WireError[frame.error] })
        expect(GeneratedFrame.decode(bytes)).toMatchObject({ ...frame, payload: Uint8Array.from(frame.payload) })
      }),
    )
  })

  test('a header is never longer than the room a frame leaves for it', () => {
    fc.assert(
      fc.property(fields, ({ kind, id, credit, error }) => {
        const maxPayload = 2 ** 24
        const header = frameHeader(Kind[kind], id, maxPayload, credit, WireError[error])
        const limit = maxFrameBytes({ maxRequestBytes: maxPayload, maxResponseBytes: 1 })
        expect(header.byteLength + maxPayload).toBeLessThanOrEqual(limit)
      }),
    )
  })

  test('fields that a later version adds are passed over', () => {
    const field = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map(bytes => [0x32, bytes.byteLength, ...bytes]),
      fc.constantFrom(
        [0x30, 0x05],
        [0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        [0x31, 1, 2, 3, 4, 5, 6, 7, 8],
        [0x35, 1, 2, 3, 4],
        [0xfa, 0xff, 0xff, 0xff, 0x0f, 0],
      ),
    )
    fc.assert(
      fc.property(fields, field, field, (frame, before, after) => {
        const bytes = Uint8Array.from([...before, ...write(frame), ...after])
        expect(parseFrame(bytes)).toEqual({ ...frame, kind: Kind[frame.kind], error: WireError[frame.error] })
      }),
    )
  })

  test('of a field that is there twice the last one counts', () => {
    expect(parseFrame(Uint8Array.of(0x10, 1, 0x10, 2))).toMatchObject({ id: 2 })
  })

  test('whatever else the bytes are, reading them gives a frame or undefined, and stays inside them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        const frame = parseFrame(bytes)
        if (frame === undefined) return
        expect(frame.payload.byteLength).toBeLessThanOrEqual(bytes.byteLength)
        for (const value of [frame.kind, frame.id, frame.credit, frame.error]) {
          expect(Number.isInteger(value) && value >= 0 && value < 2 ** 32).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('a frame that is cut off anywhere is none, or one of fewer fields', () => {
    const bytes = write({ kind: 'ERROR', id: 300, credit: 70_000, error: 'FAILED', payload: Uint8Array.of(1, 2, 3) })
    for (let end = bytes.byteLength - 1; end > bytes.byteLength - 5; end--) {
      expect(parseFrame(bytes.subarray(0, end))).toBeUndefined()
    }
  })
})
