import { ID_WORD, ID_WORDS, KEY_WORDS } from './key.ts'
import { isBranch } from './node.ts'
import { addToLanes, newLanes } from './sums.ts'
import type { Key } from './key.ts'
import type { Branch, Node } from './node.ts'

/**
 * A place between two items of a tree, that moves forwards only and adds up the ids it passes. It climbs no higher than it must: the next of many small
 * ranges costs a few additions, where a search from the root costs as many at every level. It is of no use after the tree has changed.
 */
export class Cursor {
  /** Items before this place. */
  rank = 0
  /** Of the ids passed since the last `clearSum()`. */
  readonly sum = newLanes()
  /** The item behind this place is that at `index`, or the first of the next leaf if there is none. */
  leaf: Node
  index = 0
  readonly #size: number
  /** The way from the root to the leaf: branches, and the child taken in each. */
  readonly #path: Branch[] = []
  readonly #taken: number[] = []
  #depth = 0

  constructor(root: Node, size: number) {
    this.#size = size
    this.leaf = root
    while (isBranch(this.leaf)) this.#enter(this.leaf, 0)
  }

  clearSum(): void {
    this.sum.fill(0)
  }

  /** To the place before the first item that is not below `key`; it stays if that is behind it. */
  toKey(key: Key): void {
    const level = this.#levelOf(key)
    if (level < this.#depth) {
      this.#passItems(this.leaf.length)
      while (--this.#depth > level) {
        const left = this.#path[this.#depth]!
        this.#passChildren(left, this.#taken[this.#depth]! + 1, left.length)
      }
      const branch = this.#path[level]!
      const child = branch.childFor(key)
      this.#passChildren(branch, this.#taken[level]! + 1, child)
      this.#enter(branch, child)
      while (isBranch(this.leaf)) {
        const below: Branch = this.leaf
        const next = below.childFor(key)
        this.#passChildren(below, 0, next)
        this.#enter(below, next)
      }
    }
    this.#passItems(this.leaf.lowerBound(key, this.index))
  }

  /** To the place before the item of this rank, or to the end; it stays if that is behind it. */
  toRank(rank: number): void {
    if (rank <= this.rank) return
    if (rank < this.#size) this.#toItem(rank)
    else {
      this.#toItem(rank - 1)
      this.#passItems(this.leaf.length)
    }
  }

  #toItem(rank: number): void {
    if (rank - this.rank >= this.leaf.length - this.index) {
      this.#passItems(this.leaf.length)
      let branch: Branch
      let child: number
      do {
        this.#depth--
        branch = this.#path[this.#depth]!
        child = this.#passUntil(branch, this.#taken[this.#depth]! + 1, rank)
      } while (child === branch.length)
      this.#enter(branch, child)
      while (isBranch(this.leaf)) this.#enter(this.leaf, this.#passUntil(this.leaf, 0, rank))
    }
    this.#passItems(this.index + rank - this.rank)
  }

  /** The lowest level at which a step to the right leads to `key`; `#depth` if it is in this leaf. */
  #levelOf(key: Key): number {
    let lowest = this.#depth
    for (let level = this.#depth - 1; level >= 0; level--) {
      const branch = this.#path[level]!
      const next = this.#taken[level]! + 1
      if (next === branch.length) continue
      if (branch.isAbove(next, key)) break
      lowest = level
    }
    return lowest
  }

  #enter(branch: Branch, child: number): void {
    this.#path[this.#depth] = branch
    this.#taken[this.#depth] = child
    this.#depth++
    this.leaf = branch.children.nodes[child]!
    this.index = 0
  }

  /** Passes children up to the one in which the item of this rank is. @returns it, or the number of children */
  #passUntil(branch: Branch, from: number, rank: number): number {
    const { counts } = branch.children
    let to = from
    for (let before = this.rank; to < branch.length && before + counts[to]! <= rank; to++) before += counts[to]!
    this.#passChildren(branch, from, to)
    return to
  }

  #passChildren(branch: Branch, from: number, to: number): void {
    const { counts, sums } = branch.children
    for (let child = from; child < to; child++) this.rank += counts[child]!
    addToLanes(this.sum, sums, from * ID_WORDS, to - from, ID_WORDS, 1)
  }

  #passItems(to: number): void {
    const { leaf, index } = this
    this.rank += to - index
    this.index = to
    if (to - index <= leaf.length / 2 || this.#depth === 0) {
      this.#addItems(index, to, 1)
      return
    }
    // the leaf's sum is known: take off what is not passed
    const parent = this.#path[this.#depth - 1]!
    addToLanes(this.sum, parent.children.sums, this.#taken[this.#depth - 1]! * ID_WORDS, 1, ID_WORDS, 1)
    this.#addItems(0, index, -1)
    this.#addItems(to, leaf.length, -1)
  }

  #addItems(from: number, to: number, sign: 1 | -1): void {
    addToLanes(this.sum, this.leaf.keys, from * KEY_WORDS + ID_WORD, to - from, KEY_WORDS, sign)
  }
}
