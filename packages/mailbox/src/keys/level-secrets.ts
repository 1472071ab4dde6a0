import type { LevelStore } from '@stoa/replica'
import type { SecretStore } from './mail-keys.ts'

const PAGE_BYTES = 65_536
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Rows of a database, for where there are no files. A row that is erased is gone for whoever reads the database; its bytes can stay in the database's own
 * files until it has compacted them, so a device that is seized shortly after may still have them.
 */
export function levelSecrets(store: LevelStore, name = 'mail-secrets'): SecretStore {
  const part = store.part(name)
  // whoever uses it hears of it
  part.catch(() => {})
  return {
    names: async () => {
      const names: string[] = []
      const all = { gte: Uint8Array.of(0), lt: Uint8Array.of(0xff) }
      for await (const page of (await part).pages(all, PAGE_BYTES)) {
        for (const [key] of page) names.push(decoder.decode(key))
      }
      return names
    },
    get: async secret => {
      const [value] = await (await part).getMany([encoder.encode(secret)])
      return value === undefined ? undefined : Uint8Array.from(value)
    },
    put: async (secret, value) => {
      await (await part).write([{ type: 'put', key: encoder.encode(secret), value: Uint8Array.from(value) }])
    },
    erase: async secret => {
      await (await part).write([{ type: 'del', key: encoder.encode(secret) }])
    },
  }
}
