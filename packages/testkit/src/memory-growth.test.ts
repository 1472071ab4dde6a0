import { expect, test } from 'vitest'
import { memoryGrowth } from './memory-growth.ts'

const MIB = 1 << 20

test('counts what is kept and not what was only used', async () => {
  const kept = await memoryGrowth(() => new Uint8Array(32 * MIB).fill(1))
  expect(kept.arrayBuffersBytes).toBeGreaterThan(31 * MIB)
  expect(kept.externalBytes).toBeGreaterThan(31 * MIB)
  const used = await memoryGrowth(() => new Uint8Array(32 * MIB).fill(1).length)
  expect(used.result).toBe(32 * MIB)
  expect(used.arrayBuffersBytes).toBeLessThan(4 * MIB)
  expect(kept.result).toHaveLength(32 * MIB)
})
