import type { PeerId } from '@libp2p/interface'
import type { Outgoing, Terms } from '../core/outgoing.ts'
import type { MailboxError } from '../errors.ts'
import type { OutboxRow } from './outbox-row.ts'

/** One delivery while the node runs. */
export interface OutboxItem {
  readonly id: string
  /** As it is on the disk. */
  row: OutboxRow
  outgoing: Outgoing
  readonly terms: Terms
  readonly peer: PeerId
  /** After a write that failed: time does nothing to it before this. */
  notBeforeMs: number
  /** Who waits for how far it comes; told why when nothing of it left. */
  readonly onChange: Set<(failure?: MailboxError) => void>
}
