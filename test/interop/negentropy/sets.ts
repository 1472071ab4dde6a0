import type { Item } from '@stoa/reconcile'
import type { Random } from '@stoa/testkit'

export interface Sets {
  ours: Item[]
  theirs: Item[]
}

export interface Shape {
  size: number
  /** Of items that only one side has: a share of all, one by one or in runs of adjacent ones. */
  different: number
  runs: boolean
  firstTimestamp: bigint
  /** How many timestamps the items are spread over: few make many items share one. */
  timestamps: number
}

export function makeSets(shape: Shape, random: Random): Sets {
  const sets: Sets = { ours: [], theirs: [] }
  const times = Array.from({ length: shape.size }, () => random.int(0, shape.timestamps - 1)).sort((a, b) => a - b)
  const runLength = 40
  let left = 0
  let side = 0
  for (const time of times) {
    if (left-- <= 0) {
      side = random.chance(shape.different) ? random.int(1, 2) : 0
      left = shape.runs ? random.int(0, runLength * 2) : 0
    }
    const item = { timestamp: shape.firstTimestamp + BigInt(time), id: quickId(random) }
    if (side !== 2) sets.ours.push(item)
    if (side !== 1) sets.theirs.push(item)
  }
  return sets
}

function quickId(random: Random): Uint8Array {
  return new Uint8Array(Uint32Array.from({ length: 8 }, () => random.uint32()).buffer)
}
