/**
 * How values of one type become bytes and come back. Every API of Stoa that carries application data takes one,
 * so no wire format is welded in: protobuf and JSON are here, CBOR or MessagePack are a few lines (docs/guides).
 *
 * `decode` gets bytes that it does not own: they are a view into a buffer that many messages share. It copies what it
 * keeps, or a 100-byte value pins the 64 KiB that it arrived in.
 */
export interface Codec<T> {
  /** Media type of the encoded form, e.g. `application/json`. */
  readonly contentType?: string
  /** @throws {CodecError} when the value cannot be encoded within the limits. */
  encode(value: T): Uint8Array
  /** @throws {CodecError} when the bytes are not a value of this type within the limits. */
  decode(bytes: Uint8Array): T
}

/** The value type of a codec. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never
