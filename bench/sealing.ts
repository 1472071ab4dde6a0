import { MLKEM768_X25519, suiteOf, X25519 } from '@stoa/mailbox/letter'
import * as noble from '@panva/hpke-noble'
import * as hpke from 'hpke'
import { atLeast } from './table.ts'
import type { SuiteId } from '@stoa/mailbox/letter'
import type { Row } from './table.ts'

const MESSAGE_BYTES = 1_024
const COUNT = 500
const NAMES: Record<SuiteId, string> = { [MLKEM768_X25519]: 'MLKEM768-X25519', [X25519]: 'X25519' }
/** A native path is there for both suites. */
const GOAL = 3
/** The package on WebCrypto, which is native itself on this platform; and of its parts in JavaScript, as on platforms without them. */
const PEERS = ['hpke, WebCrypto', 'hpke, JavaScript'] as const
type Peer = (typeof PEERS)[number]

interface Rates {
  seal: number
  open: number
}

/** HPKE of 1 KiB, one message a time, the receiver's own key at hand, the other's as bytes. */
export async function sealingRows(rounds: number): Promise<Row[]> {
  const rows: Row[] = []
  for (const id of [MLKEM768_X25519, X25519] as const) {
    for (const peer of PEERS) {
      const figures: Array<{ ours: Rates; theirs: Rates }> = []
      for (let round = 0; round < rounds; round++)
        figures.push({ ours: await ratesOfOurs(id), theirs: await ratesOfLibrary(id, peer) })
      rows.push(rowOf('seal', id, peer, figures), rowOf('open', id, peer, figures))
    }
  }
  return rows
}

function rowOf(what: keyof Rates, id: SuiteId, peer: Peer, figures: Array<{ ours: Rates; theirs: Rates }>): Row {
  return atLeast(GOAL, {
    what: `${what} 1 KiB, ${NAMES[id]}`,
    unit: '/s',
    ours: figures.map(({ ours }) => ours[what]),
    against: peer,
    theirs: figures.map(({ theirs }) => theirs[what]),
  })
}

const message = crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES))
const info = new TextEncoder().encode('bench')
const aad = crypto.getRandomValues(new Uint8Array(100))

async function ratesOfOurs(id: SuiteId): Promise<Rates> {
  const suite = suiteOf(id)
  const pair = await suite.generate()
  const { enc, ciphertext } = await suite.seal(pair.publicKey, info, aad, message)
  return {
    seal: await rate(() => suite.seal(pair.publicKey, info, aad, message)),
    open: await rate(() => suite.open(pair, enc, info, aad, ciphertext)),
  }
}

async function ratesOfLibrary(id: SuiteId, peer: Peer): Promise<Rates> {
  const from = peer === 'hpke, WebCrypto' ? hpke : noble
  const kem = id === X25519 ? from.KEM_DHKEM_X25519_HKDF_SHA256 : from.KEM_MLKEM768_X25519
  const suite = new hpke.CipherSuite(kem, from.KDF_HKDF_SHA256, from.AEAD_ChaCha20Poly1305)
  const pair = await suite.GenerateKeyPair(true)
  // a receiver’s key comes as bytes, on both sides
  const publicKey = await suite.SerializePublicKey(pair.publicKey)
  const { encapsulatedSecret, ciphertext } = await suite.Seal(pair.publicKey, message, { info, aad })
  return {
    seal: await rate(async () => suite.Seal(await suite.DeserializePublicKey(publicKey), message, { info, aad })),
    open: await rate(() => suite.Open(pair, encapsulatedSecret, ciphertext, { info, aad })),
  }
}

/** A second. */
async function rate(work: () => Promise<unknown>): Promise<number> {
  for (let count = 0; count < COUNT / 10; count++) await work()
  const started = performance.now()
  for (let count = 0; count < COUNT; count++) await work()
  return (COUNT / (performance.now() - started)) * 1_000
}
