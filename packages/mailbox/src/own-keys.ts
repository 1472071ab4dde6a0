/** What this node publishes for its identity. */
export interface OwnMailKeys {
  /** Of this device's record in the space `mail-keys`, hexadecimal. */
  readonly device: string
  /** Which part of the mail is looked through for letters to this identity. */
  readonly bucket: number
  /** The newest first. Only the first is published. */
  readonly keys: ReadonlyArray<{
    /** HPKE KEM: 0x647a (MLKEM768-X25519) or 0x0020 (X25519). */
    readonly suite: number
    /** Hexadecimal. */
    readonly publicKey: string
    readonly createdMs: number
    /** Letters may be sealed to it until then. */
    readonly untilMs: number
    /** The private part is erased then. */
    readonly eraseMs: number
  }>
}
