/** All of spec/mailbox.md §2 and §4. */
export const MINUTE_MS = 60_000
/** 15 days. */
export const MAX_TTL_MS = 1_296_000_000
export const MAX_BUCKET_BITS = 16
/** Of the padded envelope. The last is no power of two: with eight slots it fits a gossip message of 64 KiB, stamp and topic included. */
export const PADDED_SIZES: readonly number[] = [512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 49_152]
/** How many slots a letter can have: the number of the receiver's devices stays unknown. */
export const SLOT_COUNTS: readonly number[] = [1, 2, 4, 8]
export const MAX_DEVICES = 8
/** Of printable ASCII. */
export const MAX_CONTENT_TYPE_BYTES = 100
/** Of a body that fits with the longest content type: 49,152 less 4 of the length at most 267 of the envelope beside its body, and 1 to spare. */
export const MAX_BODY_BYTES = 48_880
/** A letter of the largest size with eight slots of MLKEM768-X25519, and the longest header. */
export const MAX_LETTER_BYTES = 58_610
export const HASH_BYTES = 32
export const KEY_BYTES = 32
export const TAG_BYTES = 16
export const PREIMAGE_BYTES = 32
export const MESSAGE_ID_BYTES = 16
export const IDENTITY_BYTES = 32
export const SIGNATURE_BYTES = 64
