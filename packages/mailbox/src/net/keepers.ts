import type { PeerId } from '@libp2p/interface'
import type { Stepper } from '../steps.ts'
import type { Letters, Place } from './letters.ts'
import type { Answer, MailClient } from './mail-client.ts'

export interface KeepersInit {
  letters: Letters
  client: MailClient
  peers: () => PeerId[]
  step: Stepper
}

export interface AskRequest {
  readonly place: Place
  /** How many more shall keep it. */
  readonly wanted: number
  readonly isHolder: (peer: string) => boolean
  readonly signal: AbortSignal
}

/** Asks peers to keep a letter that is in this node's replica: as many at a time as are still wanted, until they do or nobody is left. */
export async function askKeepers(
  { letters, client, peers, step }: KeepersInit,
  { place, wanted, isHolder, signal }: AskRequest,
  onAnswer: (peer: string, answer: Answer) => Promise<void>,
): Promise<void> {
  const held = await letters.get(place)
  if (held === undefined) return
  if (held.meta.isFinal) return onAnswer('', { kind: 'done', receipt: held.entry.bytes })
  const left = peers().filter(peer => !isHolder(peer.toString()))
  let kept = 0
  const one = async (peer: PeerId): Promise<void> => {
    const answer = await step('kept', held.entry.key, () =>
      client.keep(peer, held.entry.bytes, held.meta.stamp, signal),
    )
    if (signal.aborted) return
    if (answer.kind === 'kept') kept++
    await onAnswer(peer.toString(), answer)
  }
  while (kept < wanted && left.length > 0 && !signal.aborted) {
    await Promise.all(left.splice(0, wanted - kept).map(one))
  }
}
