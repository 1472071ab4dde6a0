import { compareKeys, ID_WORDS, KEY_WORDS } from './key.ts'
import type { Key } from './key.ts'

/** Items of a leaf and children of a branch, measured at 1M items: see docs/decisions/0008-reconcile.md. */
export const LEAF_CAPACITY = 64
export const BRANCH_CAPACITY = 32

/** What a branch knows of its children: how many items are below each, the sum of their ids, and the child itself. */
export interface Children {
  readonly nodes: Node[]
  readonly counts: Uint32Array
  readonly sums: Uint32Array
}

export type Branch = Node & { readonly children: Children }

/**
 * A node of the B+ tree. A leaf's keys are its items. A branch's are separators: child i holds what is not below key i and below key i + 1;
 * key 0 has no meaning.
 */
export class Node {
  length = 0
  readonly keys: Uint32Array
  readonly children: Children | undefined

  constructor(isLeaf: boolean) {
    const capacity = isLeaf ? LEAF_CAPACITY : BRANCH_CAPACITY
    this.keys = new Uint32Array(capacity * KEY_WORDS)
    this.children = isLeaf
      ? undefined
      : { nodes: [], counts: new Uint32Array(capacity), sums: new Uint32Array(capacity * ID_WORDS) }
  }

  get capacity(): number {
    return this.children === undefined ? LEAF_CAPACITY : BRANCH_CAPACITY
  }

  /** In a leaf: the first item from `start` that is not below `key`. */
  lowerBound(key: Key, start = 0): number {
    let from = start
    let to = this.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if (compareKeys(this.keys, middle * KEY_WORDS, key, 0) < 0) from = middle + 1
      else to = middle
    }
    return from
  }

  /** In a branch: the child in whose bounds `key` lies. */
  childFor(key: Key): number {
    let from = 1
    let to = this.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.isAbove(middle, key)) to = middle
      else from = middle + 1
    }
    return from - 1
  }

  /** In a branch: whether the bound of a child is above `key`, which is then in a child before it. */
  isAbove(child: number, key: Key): boolean {
    return compareKeys(this.keys, child * KEY_WORDS, key, 0) > 0
  }

  /** Makes room for one entry, whose key (and count, sum and child) the caller sets. */
  openGap(at: number): void {
    const { keys, children, length } = this
    keys.copyWithin((at + 1) * KEY_WORDS, at * KEY_WORDS, length * KEY_WORDS)
    if (children !== undefined) {
      children.counts.copyWithin(at + 1, at, length)
      children.sums.copyWithin((at + 1) * ID_WORDS, at * ID_WORDS, length * ID_WORDS)
    }
    this.length = length + 1
  }

  remove(at: number): void {
    const { keys, children, length } = this
    keys.copyWithin(at * KEY_WORDS, (at + 1) * KEY_WORDS, length * KEY_WORDS)
    if (children !== undefined) {
      children.counts.copyWithin(at, at + 1, length)
      children.sums.copyWithin(at * ID_WORDS, (at + 1) * ID_WORDS, length * ID_WORDS)
      children.nodes.splice(at, 1)
    }
    this.length = length - 1
  }

  /** Appends all entries of `right` from `start`, and takes them off it. */
  takeFrom(right: Node, start: number): void {
    const moved = right.length - start
    this.keys.set(right.keys.subarray(start * KEY_WORDS, right.length * KEY_WORDS), this.length * KEY_WORDS)
    if (this.children !== undefined && right.children !== undefined) {
      this.children.counts.set(right.children.counts.subarray(start, right.length), this.length)
      this.children.sums.set(
        right.children.sums.subarray(start * ID_WORDS, right.length * ID_WORDS),
        this.length * ID_WORDS,
      )
      this.children.nodes.push(...right.children.nodes.splice(start))
    }
    this.length += moved
    right.length = start
  }
}

export function isBranch(node: Node): node is Branch {
  return node.children !== undefined
}
