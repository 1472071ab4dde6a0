import { levelStore } from '@stoa/replica'
import { MemoryLevel } from 'memory-level'
import type { Level, LevelStore } from '@stoa/replica'

const BEGAN = new TextEncoder().encode('began')

export function storeOf(given: Level | LevelStore | undefined): LevelStore {
  if (given === undefined) return memoryStore()
  return 'sublevel' in given ? levelStore(given) : given
}

export function memoryStore(): LevelStore {
  return levelStore(new MemoryLevel<Uint8Array, Uint8Array>({ keyEncoding: 'view', valueEncoding: 'view' }))
}

/**
 * Since when this store has everything that the identity published here, in ms since 1970. Written once: names that the store does not know
 * can have been used before, when it was lost (spec/offers.md §4).
 */
export async function beganMs(store: LevelStore, name: string, firstMs: number): Promise<number> {
  const part = await store.part(name)
  const [value] = await part.getMany([BEGAN])
  const kept = value === undefined ? Number.NaN : Number(new TextDecoder().decode(value))
  if (Number.isSafeInteger(kept)) return kept
  await part.write([{ type: 'put', key: BEGAN, value: new TextEncoder().encode(String(firstMs)) }])
  return firstMs
}
