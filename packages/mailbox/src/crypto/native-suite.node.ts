import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { checkPublicKey, SUITE_SIZES, X25519 } from './suite.ts'
import { hybrid, x25519 } from './native-kem.node.ts'
import type { HpkeSuite, MailKeyPair, SuiteId } from './suite.ts'
import type { Encapsulated, NativeKey } from './native-kem.node.ts'

// RFC 9180 in base mode with one message: HKDF-SHA256 (0x0001) and ChaCha20-Poly1305 (0x0003).

const VERSION = Buffer.from('HPKE-v1')
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'chacha20-poly1305'
const OPTIONS = { authTagLength: TAG_BYTES } as const
const NOTHING = new Uint8Array(0)
const MODE_BASE = Uint8Array.of(0)

/** A suite by node:crypto, all of it on this thread: its pool costs more than the work. */
export function nativeSuite(id: SuiteId): HpkeSuite {
  const sizes = SUITE_SIZES[id]
  const kem = id === X25519 ? x25519 : hybrid
  const kemId = Buffer.from([id >> 8, id & 0xff])
  const labels = labeled(Buffer.concat([Buffer.from('HPKE'), kemId, Buffer.from([0, 1, 0, 3])]))
  // DHKEM derives its secret from what the exchange gave; the hybrid's combiner has done so
  const dhkem = id === X25519 ? labeled(Buffer.concat([Buffer.from('KEM'), kemId])) : undefined
  const pskIdHash = labels.extract(NOTHING, 'psk_id_hash', NOTHING)
  // making a key of its 32 bytes takes as long as opening with it; it is let go of with the pair
  const keys = new WeakMap<MailKeyPair, NativeKey>()

  function keyOf(pair: MailKeyPair): NativeKey {
    const known = keys.get(pair)
    if (known !== undefined) return known
    const made = kem.key(pair.privateKey)
    keys.set(pair, made)
    return made
  }

  function schedule(secret: Uint8Array, enc: Uint8Array, publicKey: Uint8Array, info: Uint8Array): [Buffer, Buffer] {
    const shared =
      dhkem === undefined
        ? secret
        : dhkem.expand(dhkem.extract(NOTHING, 'eae_prk', secret), 'shared_secret', [enc, publicKey], KEY_BYTES)
    const context = [MODE_BASE, pskIdHash, labels.extract(NOTHING, 'info_hash', info)]
    const prk = labels.extract(shared, 'secret', NOTHING)
    return [labels.expand(prk, 'key', context, KEY_BYTES), labels.expand(prk, 'base_nonce', context, NONCE_BYTES)]
  }

  return {
    id,
    ...sizes,

    generate: async () => {
      const privateKey = new Uint8Array(randomBytes(KEY_BYTES))
      return { suite: id, publicKey: new Uint8Array(kem.key(privateKey).publicKey), privateKey }
    },

    seal: async (publicKey, info, aad, plaintext) => {
      checkPublicKey(id, publicKey)
      const { enc, secret } = encapsulated(kem, publicKey)
      const [key, nonce] = schedule(secret, enc, publicKey, info)
      return { enc: new Uint8Array(enc), ciphertext: sealWith(key, nonce, aad, plaintext) }
    },

    open: async (pair, enc, info, aad, ciphertext) => {
      if (enc.length !== sizes.encBytes) return undefined
      const own = keyOf(pair)
      let secret
      try {
        secret = own.decapsulate(enc)
      } catch {
        return undefined
      }
      const [key, nonce] = schedule(secret, enc, own.publicKey, info)
      return openWith(key, nonce, aad, ciphertext)
    },
  }
}

export function sealWith(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS)
  cipher.setAAD(aad, { plaintextLength: plaintext.length })
  const sealed = new Uint8Array(plaintext.length + TAG_BYTES)
  sealed.set(cipher.update(plaintext))
  cipher.final()
  sealed.set(cipher.getAuthTag(), plaintext.length)
  return sealed
}

export function openWith(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  const end = ciphertext.length - TAG_BYTES
  if (end < 0) return undefined
  const cipher = createDecipheriv(CIPHER, key, nonce, OPTIONS)
  cipher.setAAD(aad, { plaintextLength: end })
  cipher.setAuthTag(ciphertext.subarray(end))
  const opened = cipher.update(ciphertext.subarray(0, end))
  try {
    cipher.final()
  } catch {
    return undefined
  }
  return new Uint8Array(opened)
}

function encapsulated(kem: { encapsulate(publicKey: Uint8Array): Encapsulated }, publicKey: Uint8Array): Encapsulated {
  try {
    return kem.encapsulate(publicKey)
  } catch (cause) {
    throw new TypeError('not a public key', { cause })
  }
}

interface Labeled {
  extract(salt: Uint8Array, label: string, ikm: Uint8Array): Buffer
  expand(prk: Uint8Array, label: string, info: readonly Uint8Array[], length: number): Buffer
}

/** LabeledExtract and LabeledExpand of RFC 9180 §4, the latter up to the length of one hash. */
function labeled(suiteId: Uint8Array): Labeled {
  const prefix = Buffer.concat([VERSION, suiteId])
  return {
    extract: (salt, label, ikm) => createHmac('sha256', salt).update(prefix).update(label).update(ikm).digest(),
    expand: (prk, label, info, length) => {
      const hmac = createHmac('sha256', prk).update(Uint8Array.of(0, length)).update(prefix).update(label)
      for (const part of info) hmac.update(part)
      return hmac.update(Uint8Array.of(1)).digest().subarray(0, length)
    },
  }
}
