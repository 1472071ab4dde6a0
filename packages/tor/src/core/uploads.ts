import { parseArguments } from './arguments.ts'

/**
 * Of the descriptors of an onion service, how many directories were asked to take one, and how many did. There are two
 * at a time, of this period and of the next, and Tor does not say which it is that was taken: when three of four were,
 * some directories have the one that is asked for now. All would be too much to ask: some directories never answer.
 */
const ENOUGH = 3 / 4

/** Reads HS_DESC events (control-spec §4.1.25) of one address. */
export class Uploads {
  readonly #address: string
  #asked = 0
  #taken = 0

  constructor(address: string) {
    this.#address = address
  }

  push(event: string): void {
    const [kind, action, address] = parseArguments(event).words
    if (kind !== 'HS_DESC' || address !== this.#address) return
    if (action === 'UPLOAD') this.#asked++
    if (action === 'UPLOADED') this.#taken++
  }

  /** Whether others find the service. */
  get areEnough(): boolean {
    return this.#taken > 0 && this.#taken >= ENOUGH * this.#asked
  }
}
