import { createVerifier, recordRules } from '@stoa/record'
import { EntryError } from '@stoa/replica'
import { decodeDeviceKeys, MAX_DEVICE_KEYS_BYTES } from './device-keys.ts'
import type { RecordEntry, RecordLimits, UncheckedRecord } from '@stoa/record'
import type { Rules } from '@stoa/replica'

// spec/mailbox.md §7: what records the set of mail keys has.

/** The family, and its only space. */
export const MAIL_KEYS = 'mail-keys'
export const DEVICE_BYTES = 16
/** Of one identity: more than a sender seals to, so that a device that is new has a place before old ones expire. */
const MAX_DEVICES_KEPT = 16

export const KEY_LIMITS: RecordLimits = { maxBodyBytes: MAX_DEVICE_KEYS_BYTES, maxTtlMs: 1_296_000_000 }

export function keyRules(network: string): Rules<RecordEntry> {
  return recordRules({
    family: MAIL_KEYS,
    limits: KEY_LIMITS,
    verifier: createVerifier({ network }),
    maxPerGroup: MAX_DEVICES_KEPT,
    read: readDevice,
    malformed: EntryError,
  })
}

function readDevice({ space, name, body }: UncheckedRecord): number {
  if (space !== MAIL_KEYS) throw new TypeError(`space ${space} has no mail keys`)
  if (name.length !== DEVICE_BYTES) throw new TypeError(`a device’s name has ${DEVICE_BYTES} bytes, not ${name.length}`)
  // a removal: the device is no more
  if (body !== undefined) decodeDeviceKeys(body)
  return 0
}
