import { Initiator, ReconcileTree, respond } from '@stoa/reconcile'
import type { Item, ReconcileOptions } from '@stoa/reconcile'

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

export function treeOf(items: Iterable<Item>): ReconcileTree {
  const tree = new ReconcileTree()
  for (const { timestamp, id } of items) tree.insert(timestamp, id)
  return tree
}

export interface Outcome {
  have: string[]
  need: string[]
  rounds: number
  /** Bytes of the longest message of either side. */
  longest: number
}

/** A whole session; ids sorted, as nothing depends on their order. */
export function reconcile(
  ours: ReconcileTree,
  theirs: ReconcileTree,
  options?: ReconcileOptions,
  theirOptions = options,
): Outcome {
  const initiator = new Initiator(ours, options)
  const have: string[] = []
  const need: string[] = []
  let longest = 0
  for (let message: Uint8Array | undefined = initiator.open(); message !== undefined;) {
    const answer = respond(theirs, message, theirOptions)
    longest = Math.max(longest, message.length, answer.length)
    const round = initiator.next(answer)
    have.push(...round.have.map(hex))
    need.push(...round.need.map(hex))
    message = round.message
    if (initiator.rounds > 1_000) throw new Error('1,000 rounds without an end')
  }
  return { have: have.sort(), need: need.sort(), rounds: initiator.rounds, longest }
}
