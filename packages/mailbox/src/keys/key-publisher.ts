import { recordKey, signRecord } from '@stoa/record'
import { areEqual } from '../letter/bytes.ts'
import { encodeDeviceKeys } from './device-keys.ts'
import { KEY_LIMITS, MAIL_KEYS } from './key-rules.ts'
import { SKEW_MS } from './key-ring.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { RecordEntry } from '@stoa/record'
import type { Clock, Replica } from '@stoa/replica'
import type { Generation } from './generation.ts'

export interface KeyPublisherInit {
  network: string
  privateKey: PrivateKey
  device: Uint8Array
  replica: Replica<RecordEntry>
  clock: Clock
}

/** Writes this device's record. */
export class KeyPublisher {
  readonly #init: KeyPublisherInit
  readonly key: Uint8Array

  constructor(init: KeyPublisherInit) {
    this.#init = init
    this.key = recordKey(init.privateKey.publicKey.raw, MAIL_KEYS, init.device)
  }

  /** Publishes them, unless they are. @param lastUntilMs by when every earlier version has ended, should none be known here */
  async publish({ pairs, untilMs }: Generation, lastUntilMs: number, signal: AbortSignal): Promise<void> {
    const { network, privateKey, device, replica, clock } = this.#init
    const body = encodeDeviceKeys(pairs)
    const known = (await replica.get(this.key))?.entry.record
    const isSame = known?.body !== undefined && areEqual(known.body, body)
    if (isSame && known.expiresMs === untilMs) return
    const nowMs = clock.now()
    // one from when the clock was ahead: others have not taken it
    const isAhead = known !== undefined && known.createdMs > nowMs + SKEW_MS
    const createdMs = isAhead ? nowMs : Math.max(nowMs, known?.createdMs ?? 0)
    const earliestHoldsMs = Math.min(known?.holdsMs ?? lastUntilMs, createdMs + KEY_LIMITS.maxTtlMs)
    const record = await signRecord(
      privateKey,
      {
        space: MAIL_KEYS,
        name: device,
        seq: Math.max(nowMs, (known?.seq ?? 0) + 1),
        createdMs,
        expiresMs: untilMs,
        holdsMs: Math.max(untilMs, earliestHoldsMs),
        body,
      },
      { network, limits: KEY_LIMITS },
    )
    await replica.publish(record.bytes, { signal })
  }
}
