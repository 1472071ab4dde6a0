import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ReconcileTree } from '@stoa/reconcile'
import { unhex } from './sets.ts'
import type { ReconcileErrorCode, ReconcileOptions } from '@stoa/reconcile'

/** One item, or `count` of them by rule: spec/reconcile.md §9. Timestamps are decimal, as JSON's numbers end at 2^53. */
type VectorItem = { timestamp: string; id: string } | { first: number; count: number; timestamp: string; step: number }

interface Described {
  description: string
}

export interface ValidVectors {
  fingerprints: Array<Described & { items: VectorItem[]; fingerprint: string }>
  answers: Array<Described & { items: VectorItem[]; frameLimitBytes: number; message: string; answer: string }>
  sessions: Array<
    Described & {
      initiator: { items: VectorItem[]; frameLimitBytes: number }
      responder: { items: VectorItem[]; frameLimitBytes: number }
      /** By turns, the initiator's first. */
      messages: string[]
      have: string[]
      need: string[]
    }
  >
}

export interface InvalidVectors {
  vectors: Array<
    Described & {
      role: 'initiator' | 'responder'
      message: string
      limits?: Pick<ReconcileOptions, 'maxMessageBytes' | 'maxRanges' | 'maxIds'>
      error: ReconcileErrorCode
    }
  >
}

export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../spec/vectors/${name}.json`, import.meta.url), 'utf8')) as T
}

export function treeOfVector(items: VectorItem[]): ReconcileTree {
  const tree = new ReconcileTree()
  for (const item of items) {
    if ('id' in item) tree.insert(BigInt(item.timestamp), unhex(item.id))
    else
      for (let number = item.first; number < item.first + item.count; number++)
        tree.insert(BigInt(item.timestamp) + BigInt(number) * BigInt(item.step), idOf(number))
  }
  return tree
}

function idOf(number: number): Uint8Array {
  return unhex(createHash('sha256').update(String(number)).digest('hex'))
}
