import { sha256 } from '@noble/hashes/sha2.js'
import { createSlicedMiner } from './net/miner.ts'
import type { Platform } from './platform-types.ts'

export const platform: Platform = {
  sha256: bytes => sha256(bytes),
  // a timer of 0 ms, unlike a microtask, lets the page paint
  nextTurn: () => new Promise(resolve => setTimeout(resolve, 0)),
  assertSpace: async () => {},
  createMiner: () => createSlicedMiner(platform),
}
