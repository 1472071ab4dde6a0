import { compareVersions } from './toy-entry.ts'
import { shortOf } from './toy-hash.ts'
import type { ToyNetwork } from './network.ts'
import type { ToyNode } from './toy-node.ts'

/** Whether all nodes hold the same. */
export function isAgreed(network: ToyNetwork): boolean {
  const up = network.up()
  const isSame = (nodes: readonly ToyNode[]): boolean => nodes.every(node => node.digest === nodes[0]?.digest)
  return isSame(up) || isSame(comparable(up))
}

/**
 * The nodes that must hold the same. An owner's node keeps its own latest version even when that has no place, and then not the earlier one that
 * others hold: it has room that they have not (docs/simulation.md).
 */
export function comparable(nodes: readonly ToyNode[]): ToyNode[] {
  const isBehind = (
    node: ToyNode,
    meta: { key: Uint8Array; seq: number; isFinal: boolean; id: Uint8Array },
  ): boolean => {
    const held = node.witness.held.get(shortOf(meta.key))
    return held !== undefined && compareVersions(held, meta) < 0
  }
  return nodes.filter(node => !node.set.outside.some(meta => nodes.some(other => isBehind(other, meta))))
}
