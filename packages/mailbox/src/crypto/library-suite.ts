import { CipherSuite, DecapError, DeserializeError, EncapError, OpenError, ValidationError } from 'hpke'
import { checkPublicKey, MLKEM768_X25519, SUITE_SIZES } from './suite.ts'
import type { AEADFactory, KDFFactory, KEMFactory, Key } from 'hpke'
import type { HpkeSuite, MailKeyPair, SuiteId } from './suite.ts'

export interface Factories {
  kem: KEMFactory
  kdf: KDFFactory
  aead: AEADFactory
}

/** A suite by the package `hpke`, of the parts that it is given. */
export function librarySuite(id: SuiteId, { kem, kdf, aead }: Factories): HpkeSuite {
  let cipher: CipherSuite<Key> | undefined
  // when it is first used: making it has Node warn of experimental algorithms, on stderr
  const suite = (): CipherSuite<Key> => (cipher ??= new CipherSuite<Key>(kem, kdf, aead))
  // making a key of its 32 bytes takes as long as opening with it; it is let go of with the pair
  const privateKeys = new WeakMap<MailKeyPair, Promise<Key>>()

  function privateKey(pair: MailKeyPair): Promise<Key> {
    const known = privateKeys.get(pair)
    if (known !== undefined) return known
    const made = suite().DeserializePrivateKey(pair.privateKey, false)
    privateKeys.set(pair, made)
    return made
  }

  return {
    id,
    ...SUITE_SIZES[id],

    generate: async () => {
      const pair = await suite().GenerateKeyPair(true)
      return {
        suite: id,
        publicKey: await suite().SerializePublicKey(pair.publicKey),
        privateKey: await suite().SerializePrivateKey(pair.privateKey),
      }
    },

    seal: async (publicKey, info, aad, plaintext) => {
      checkPublicKey(id, publicKey)
      if (id === MLKEM768_X25519) checkModulus(publicKey)
      try {
        const key = await suite().DeserializePublicKey(publicKey)
        const sealed = await suite().Seal(key, plaintext, { info, aad })
        return { enc: sealed.encapsulatedSecret, ciphertext: sealed.ciphertext }
      } catch (cause) {
        if (cause instanceof DeserializeError || cause instanceof EncapError || cause instanceof ValidationError) {
          throw new TypeError('not a public key', { cause })
        }
        throw cause
      }
    },

    open: async (pair, enc, info, aad, ciphertext) => {
      const key = await privateKey(pair)
      try {
        return await suite().Open(key, enc, ciphertext, { info, aad })
      } catch (error) {
        if (error instanceof OpenError || error instanceof DecapError || error instanceof DeserializeError)
          return undefined
        if (error instanceof ValidationError) return undefined
        throw error
      }
    },
  }
}

const MLKEM_Q = 3_329
/** 768 coefficients of 12 bits, before the 32 bytes of ML-KEM's seed. */
const COEFFICIENT_BYTES = 1_152

/** FIPS 203 §7.2 asks for it. OpenSSL and WebCrypto do it themselves, the JavaScript of hpke-noble takes any. @throws {TypeError} */
function checkModulus(publicKey: Uint8Array): void {
  for (let at = 0; at < COEFFICIENT_BYTES; at += 3) {
    const [low, middle, high] = [publicKey[at]!, publicKey[at + 1]!, publicKey[at + 2]!]
    if ((((middle & 15) << 8) | low) >= MLKEM_Q || ((high << 4) | (middle >> 4)) >= MLKEM_Q) {
      throw new TypeError('not a public key: a coefficient of ML-KEM is not below its modulus')
    }
  }
}
