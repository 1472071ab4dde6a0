import { sha256 } from '@noble/hashes/sha2.js'
import { verifyWithNoble } from './noble-verify.ts'
import { PROBES } from './probes.ts'
import { verifyEach } from './verify-each.ts'
import { verifyWithWebCrypto } from './web-crypto-verify.ts'
import type { Platform, VerifyOne } from './platform-types.ts'

let chosen: Promise<VerifyOne> | undefined

/** WebCrypto where it has Ed25519 by our rule, else JavaScript: about 1,000 signatures a second, on the main thread. */
export const platform: Platform = {
  sha256,
  verify: verifyEach(async check => {
    const verifyOne = await (chosen ??= chooseVerify(verifyWithWebCrypto))
    return verifyOne(check)
  }),
  sign: async (key, message) => key.sign(message),
}

/** The standard leaves the edges of Ed25519 to the platform, so the platform is tried. */
export async function chooseVerify(candidate: VerifyOne): Promise<VerifyOne> {
  try {
    for (const probe of PROBES) if ((await candidate(probe)) !== probe.valid) return verifyWithNoble
    return candidate
  } catch {
    return verifyWithNoble
  }
}
