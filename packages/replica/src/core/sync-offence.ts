/**
 * What no honest peer does. spec/replica.md, "anti-entropy".
 * - `malformed`: not a message of the protocol, or over its limits · `out-of-turn`: one that has no place here
 * - `not-asked`: entries or ids that nobody asked for · `invalid-entry`: not the entry of the id, or not proven
 * - `missing`: named more than it holds · `endless`: differences without end, and not one id
 */
export type OffenceReason = 'malformed' | 'out-of-turn' | 'not-asked' | 'invalid-entry' | 'missing' | 'endless'

/** Thrown where it is noticed, and caught by the session. */
export class Offence extends Error {
  override name = 'Offence'
  readonly reason: OffenceReason

  constructor(reason: OffenceReason, message: string) {
    super(message)
    this.reason = reason
  }
}
