import { platform } from '#crypto'
import { domain, joined } from './bytes.ts'

/** The letter's id, which its receipt has too: spec/mailbox.md §1. */
export function letterKey(network: string, header: Uint8Array): Uint8Array {
  return platform.sha256(joined(domain('stoa-mail', network), header))
}

/**
 * Where letters to an identity are: spec/mailbox.md §6.
 * @param identity Ed25519 public key, 32 bytes
 * @param bucketBits 0 to 16
 */
export function bucketOf(network: string, identity: Uint8Array, bucketBits: number): number {
  const hash = platform.sha256(joined(domain('stoa-mail-bucket', network), identity))
  return ((hash[0]! << 8) | hash[1]!) >> (16 - bucketBits)
}

/** The first `shardBits` of a bucket of `bucketBits`. */
export function shardOf(bucket: number, bucketBits: number, shardBits: number): number {
  return bucket >> (bucketBits - shardBits)
}
