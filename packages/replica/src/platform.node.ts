import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { assertSpace } from './net/space.node.ts'
import type { Platform } from './platform-types.ts'

export const platform: Platform = {
  sha256: bytes => {
    const buffer = hash('sha256', bytes, 'buffer')
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  },
  nextTurn: () => setImmediate(),
  assertSpace,
}
