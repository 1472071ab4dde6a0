import type { MailKeyPair, SuiteId } from '../crypto/suite.ts'

/** A private key of this device, until it is erased. */
export interface OwnKey extends MailKeyPair {
  readonly createdMs: number
  /** Its record's end: letters may be sealed to it until then. */
  readonly untilMs: number
  /** No letter to it can live after this. */
  readonly eraseMs: number
}

/** Small secrets that can be erased for good: in Node a file each, elsewhere rows of a database. Names are 1 to 64 of a-z, 0-9 and `-`. Of one mailbox alone. */
export interface SecretStore {
  names(): Promise<string[]>
  get(name: string): Promise<Uint8Array | undefined>
  /** Durable, whole or not at all, when it resolves. */
  put(name: string, secret: Uint8Array): Promise<void>
  /** Gone from the store for good when it resolves. */
  erase(name: string): Promise<void>
}

/** A public key of a device of somebody's, as its record says. */
export interface DeviceKey {
  /** The name of its record, hexadecimal. */
  readonly device: string
  readonly suite: SuiteId
  readonly publicKey: Uint8Array
  /** Letters may be sealed to it until then. */
  readonly untilMs: number
}

/** Who can be written to, and our own keys. */
export interface MailKeys {
  start(): Promise<void>
  stop(): Promise<void>
  /** The live keys of an identity (Ed25519 public key, 32 bytes), one a device, the newest 8 devices. Empty: it cannot be written to. */
  keysOf(identity: Uint8Array, suite: SuiteId): Promise<DeviceKey[]>
  /** All private keys of this device that are not erased, the newest first. */
  own(): readonly OwnKey[]
  /** Private keys to which a letter created then can have been sealed. */
  ownAt(suite: SuiteId, createdMs: number): readonly OwnKey[]
  /**
   * What keeps a key from being erased although its time is over: letters of the inbox that are not acknowledged, by when the oldest was created. To be set, and to
   * know all of the inbox, before the start, which erases.
   */
  oldestUnread: () => number | undefined
}
