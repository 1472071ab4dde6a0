import { createReplica } from '@stoa/replica'
import { letterRules } from './letter/letter-rules.ts'
import { MAX_TTL_MS } from './letter/limits.ts'
import { proofError } from './letter/proof.ts'
import { Letters } from './net/letters.ts'
import { RejectionError } from './rejection.ts'
import type { Clock, LevelStore, ReplicaComponents, Rules } from '@stoa/replica'
import type { LetterEntry } from './letter/letter.ts'
import type { MailboxInit, MailboxOptions } from './options.ts'
import type { RejectionCode } from './rejection.ts'

export interface LetterReplicasInit {
  options: MailboxOptions
  replica: MailboxInit['replica']
  store: LevelStore
  clock: Clock
  components: ReplicaComponents
  onRejected: (code: RejectionCode) => void
}

/** The family of sets that the network's mail is. */
const MAIL = 'mail'

/** All shards: this node keeps the whole network's mail. */
export function letterReplicas(init: LetterReplicasInit): Letters {
  const { options, replica, store, clock, components, onRejected } = init
  const { network, bucketBits, shardBits, floorRank } = options
  const shards = 2 ** shardBits
  const replicas = Array.from({ length: shards }, (_, shard) => {
    const rules = letterRules({ network, bucketBits, shardBits, shard, floorRank, maxTtlMs: MAX_TTL_MS })
    return createReplica<LetterEntry>(
      {
        ...replica,
        network,
        family: MAIL,
        shard,
        rules: counted(rules, onRejected),
        store,
        budgetBytes: Math.floor(options.budgetBytes / shards),
        clock,
      },
      components,
    )
  })
  return new Letters(replicas, bucketBits)
}

/** Says what is wrong with each that is refused. */
function counted(rules: Rules<LetterEntry>, onRejected: (code: RejectionCode) => void): Rules<LetterEntry> {
  return {
    ...rules,
    parse: bytes => {
      try {
        return rules.parse(bytes)
      } catch (error) {
        const { cause } = error as Error
        if (cause instanceof RejectionError) onRejected(cause.code)
        throw error
      }
    },
    verify: async entries =>
      entries.map(entry => {
        const error = proofError(entry)
        if (error !== undefined) onRejected(error.code)
        return error === undefined
      }),
  }
}
