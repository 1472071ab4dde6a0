/**
 * Why Tor could not connect: the reply of RFC 1928 §6, and those for onion services that its flag ExtendedErrors adds
 * (tor(1)). The library knows only the former, and calls the latter undefined.
 */
const REASONS: Readonly<Record<number, string>> = {
  0x01: 'Tor failed',
  0x02: 'Tor does not allow it',
  0x03: 'the network is unreachable',
  0x04: 'it cannot be reached',
  0x05: 'nothing listens there',
  0x06: 'no circuit in time',
  0x07: 'Tor does not know the command',
  0x08: 'Tor does not know the kind of address',
  0xf0: 'no directory has its descriptor: it does not run, or not for long yet',
  0xf1: 'its descriptor is invalid',
  0xf2: 'none of its introduction points answers',
  0xf3: 'no rendezvous with it',
  0xf4: 'it wants authorization',
  0xf5: 'it refuses our authorization',
  0xf6: 'Tor does not take it for an onion address',
  0xf7: 'none of its introduction points answered in time',
}

/** Method (2 bytes), result of the password (2 bytes), version and code of the reply: RFC 1928 §3 and §6, RFC 1929 §2. */
const CODE_AT = 5

/** Reads beside the library what it does not tell. */
export class SocksReply {
  #read = 0
  #code: number | undefined

  push(bytes: Uint8Array): void {
    if (this.#read <= CODE_AT) this.#code = bytes[CODE_AT - this.#read]
    this.#read += bytes.byteLength
  }

  /** Undefined when there was none: then it is the port that failed, not the way to the address. */
  get reason(): string | undefined {
    if (this.#code === undefined || this.#code === 0) return undefined
    return REASONS[this.#code] ?? `Tor says ${this.#code}`
  }
}
