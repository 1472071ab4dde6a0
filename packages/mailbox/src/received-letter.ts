import type { PeerId } from '@libp2p/interface'

/** A letter in the inbox: opened, its sender proven. */
export interface ReceivedLetter {
  /** Of the letter, 64 hexadecimal digits. */
  readonly id: string
  readonly from: PeerId
  /** As its sender said, empty when it did not. */
  readonly contentType: string
  readonly body: Uint8Array
  /** When it was sent, by its sender's clock. */
  readonly sentMs: number
  readonly expiresMs: number
  readonly receivedMs: number
  /**
   * Ends its delivery: the sender hears of it, and the letter is never handed over again. Resolves when that is durable here.
   * @throws {MailboxError} `read-only`, `not-started`
   */
  ack(): Promise<void>
}
