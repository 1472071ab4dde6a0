import { peerIdFromString } from '@libp2p/peer-id'
import { NodeError } from './errors.ts'
import type { PeerId } from '@libp2p/interface'

/** @throws {NodeError} `bad-request`, saying what `name` is */
export function parsePeerId(name: string, text: string): PeerId {
  try {
    return peerIdFromString(text)
  } catch (cause) {
    throw new NodeError(
      'bad-request',
      `${name} is ${JSON.stringify(text.slice(0, 100))}; it takes a peer id such as 12D3KooWSBBeStS5gtT2p4Rw65Cje9txL893HKv44zN8Qgbr6Rx1`,
      { cause },
    )
  }
}
