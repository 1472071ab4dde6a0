import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Item } from '@stoa/reconcile'

/** spec/reconcile.md §9 */
type VectorItem = { timestamp: string; id: string } | { first: number; count: number; timestamp: string; step: number }

interface Vectors {
  answers: Array<{ description: string; items: VectorItem[]; frameLimitBytes: number; message: string; answer: string }>
  sessions: Array<{
    description: string
    initiator: { items: VectorItem[]; frameLimitBytes: number }
    responder: { items: VectorItem[]; frameLimitBytes: number }
    messages: string[]
  }>
}

export const vectors = JSON.parse(
  readFileSync(new URL('../../../spec/vectors/reconcile-valid.json', import.meta.url), 'utf8'),
) as Vectors

export function itemsOf(items: VectorItem[]): Item[] {
  return items.flatMap(item => {
    if ('id' in item) return [{ timestamp: BigInt(item.timestamp), id: new Uint8Array(Buffer.from(item.id, 'hex')) }]
    return Array.from({ length: item.count }, (_, index) => ({
      timestamp: BigInt(item.timestamp) + BigInt(item.first + index) * BigInt(item.step),
      id: new Uint8Array(
        createHash('sha256')
          .update(String(item.first + index))
          .digest(),
      ),
    }))
  })
}
