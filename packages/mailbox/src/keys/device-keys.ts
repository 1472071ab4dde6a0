import { isSuite } from '../crypto/suites.ts'
import { SUITE_SIZES } from '../crypto/suite.ts'
import { bytesField, joined, numberField } from '../letter/bytes.ts'
import { StrictReader } from '../letter/strict-reader.ts'

/** One key of the body of a record in the space `mail-keys`: spec/mailbox.md §7. The suite may be one that is not known here. */
export interface PublicKey {
  readonly suite: number
  readonly publicKey: Uint8Array
}

/** Of a body, in bytes: both suites take 1,264. */
export const MAX_DEVICE_KEYS_BYTES = 4_096
export const MAX_KEYS = 8
/** HPKE KEM ids have 16 bits. */
const MAX_SUITE = 0xffff

const KEYS = 0x0a
const SUITE = 0x08
const KEY = 0x12

/** The one encoding: suites in ascending order, each once. */
export function encodeDeviceKeys(keys: readonly PublicKey[]): Uint8Array {
  const sorted = [...keys].sort((a, b) => a.suite - b.suite)
  return joined(
    ...sorted.map(({ suite, publicKey }) =>
      bytesField(KEYS, joined(numberField(SUITE, suite), bytesField(KEY, publicKey))),
    ),
  )
}

/** @throws {RejectionError} `malformed` */
export function decodeDeviceKeys(bytes: Uint8Array): PublicKey[] {
  const reader = new StrictReader(bytes, 'malformed')
  const keys: PublicKey[] = []
  let last = 0
  while (reader.is(KEYS)) {
    if (keys.length === MAX_KEYS) throw reader.wrong(`more than ${MAX_KEYS} keys`)
    const key = decodePublicKey(reader.bytes(KEYS, 'key'))
    if (key.suite <= last) throw reader.wrong('suites are not in ascending order, each once')
    last = key.suite
    keys.push(key)
  }
  reader.done('the keys of a device')
  if (keys.length === 0) throw reader.wrong('no key')
  return keys
}

function decodePublicKey(bytes: Uint8Array): PublicKey {
  const reader = new StrictReader(bytes, 'malformed')
  const suite = reader.number(SUITE, 'suite')
  if (suite < 1 || suite > MAX_SUITE) throw reader.wrong(`suite ${suite}, it takes 1 to ${MAX_SUITE}`)
  const publicKey = reader.bytes(KEY, 'key', isSuite(suite) ? SUITE_SIZES[suite].publicKeyBytes : undefined)
  if (publicKey.length === 0) throw reader.wrong('key is empty')
  reader.done('a key')
  return { suite, publicKey }
}
