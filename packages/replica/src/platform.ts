import { sha256 } from '@noble/hashes/sha2.js'
import type { Platform } from './platform-types.ts'

export const platform: Platform = { sha256: bytes => sha256(bytes) }
