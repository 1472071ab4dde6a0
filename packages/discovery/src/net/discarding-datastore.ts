import { NotFoundError } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'

/** Takes everything and keeps nothing: anybody may put values and provider records into a DHT, and we want none on our disk. */
export function discardingDatastore(): Datastore {
  return {
    has: () => false,
    get: () => Promise.reject(new NotFoundError('nothing is kept here')),
    put: key => key,
    delete: () => {},
    async *putMany(source) {
      for await (const { key } of source) yield key
    },
    async *getMany() {},
    async *deleteMany(source) {
      for await (const key of source) yield key
    },
    batch: () => ({ put() {}, delete() {}, commit() {} }),
    async *query() {},
    async *queryKeys() {},
  }
}
