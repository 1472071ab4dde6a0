import { sha256 } from '@noble/hashes/sha2.js'
import { digestWith } from './digest.ts'
import type { Digest } from './digest.ts'

export const digest: Digest = digestWith(sha256)
