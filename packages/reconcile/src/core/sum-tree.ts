import { Cursor } from './cursor.ts'
import { compareKeys, copyKey, ID_WORD, ID_WORDS, KEY_WORDS } from './key.ts'
import { isBranch, Node } from './node.ts'
import { addWords, subtractWords } from './sums.ts'
import type { Key } from './key.ts'
import type { Branch, Children } from './node.ts'

/**
 * A B+ tree of keys whose branches cache the count and the sum of the ids below each child, so that the count and sum of everything before a key or a
 * rank are found on one way down. Sums are mod 2^256.
 */
export class SumTree {
  /** Changes with every insert and delete, so that an iteration knows when to look for its place again. */
  version = 0
  #size = 0
  #root = new Node(true)
  /** The way down of the last search that changes something: branches, and the child taken in each. */
  readonly #path: Branch[] = []
  readonly #taken: number[] = []

  get size(): number {
    return this.#size
  }

  /** @returns false when it was there already */
  insert(key: Key): boolean {
    const leaf = this.#descend(key)
    const at = leaf.lowerBound(key)
    if (isAt(leaf, at, key)) return false
    for (let depth = 0; depth < this.#path.length; depth++) {
      const { counts, sums } = this.#path[depth]!.children
      const child = this.#taken[depth]!
      counts[child]!++
      addWords(sums, child * ID_WORDS, key, ID_WORD)
    }
    this.#place(this.#path.length, leaf, at, key, undefined)
    this.#size++
    this.version++
    return true
  }

  /** @returns false when it was not there */
  delete(key: Key): boolean {
    const leaf = this.#descend(key)
    const at = leaf.lowerBound(key)
    if (!isAt(leaf, at, key)) return false
    leaf.remove(at)
    for (let depth = this.#path.length - 1; depth >= 0; depth--) {
      const branch = this.#path[depth]!
      const child = this.#taken[depth]!
      branch.children.counts[child]!--
      subtractWords(branch.children.sums, child * ID_WORDS, key, ID_WORD)
      mergeIfSmall(branch, child)
    }
    while (this.#root.children !== undefined && this.#root.length <= 1)
      this.#root = this.#root.children.nodes[0] ?? new Node(true)
    this.#size--
    this.version++
    return true
  }

  has(key: Key): boolean {
    let node = this.#root
    while (isBranch(node)) node = node.children.nodes[node.childFor(key)]!
    return isAt(node, node.lowerBound(key), key)
  }

  /** A place at the beginning, of use until the tree changes. */
  cursor(): Cursor {
    return new Cursor(this.#root, this.#size)
  }

  /** How many items are below `key`. */
  rankOf(key: Key): number {
    let rank = 0
    let node = this.#root
    while (isBranch(node)) {
      const child = node.childFor(key)
      for (let before = 0; before < child; before++) rank += node.children.counts[before]!
      node = node.children.nodes[child]!
    }
    return rank + node.lowerBound(key)
  }

  /** Calls `visit` with every run of adjacent items from rank `from` to `to`: their words, and where the first one begins and the last one ends. */
  visitRuns(from: number, to: number, visit: (words: Uint32Array, start: number, end: number) => void): void {
    if (from < to) visitBelow(this.#root, from, to, visit)
  }

  /** Copies the item of this rank. */
  keyAt(rank: number, into: Key): void {
    let rest = rank
    let node = this.#root
    while (isBranch(node)) {
      const { counts, nodes } = node.children
      let child = 0
      while (rest >= counts[child]!) rest -= counts[child++]!
      node = nodes[child]!
    }
    copyKey(node.keys, rest * KEY_WORDS, into)
  }

  #descend(key: Key): Node {
    this.#path.length = 0
    this.#taken.length = 0
    let node = this.#root
    while (isBranch(node)) {
      const child = node.childFor(key)
      this.#path.push(node)
      this.#taken.push(child)
      node = node.children.nodes[child]!
    }
    return node
  }

  /** Puts an entry into the node at `depth` of the path, and splits what is full up to the root. */
  #place(depth: number, node: Node, at: number, key: Key, child: Node | undefined): void {
    if (node.length < node.capacity) {
      putEntry(node, at, key, child)
      return
    }
    const right = new Node(node.children === undefined)
    // what is appended leaves full nodes behind: items mostly arrive in the order of their time
    right.takeFrom(node, at === node.length ? at : node.length >>> 1)
    if (right.length > 0 && at <= node.length) putEntry(node, at, key, child)
    else putEntry(right, at - node.length, key, child)
    const separator = right.keys.subarray(0, KEY_WORDS)
    if (depth === 0) {
      this.#root = new Node(false)
      putEntry(this.#root, 0, separator, node)
      putEntry(this.#root, 1, separator, right)
    } else {
      const parent = this.#path[depth - 1]!
      const index = this.#taken[depth - 1]!
      weigh(parent.children, index, node)
      this.#place(depth - 1, parent, index + 1, separator, right)
    }
  }
}

function isAt(leaf: Node, at: number, key: Key): boolean {
  return at < leaf.length && compareKeys(leaf.keys, at * KEY_WORDS, key, 0) === 0
}

function putEntry(node: Node, at: number, key: Key, child: Node | undefined): void {
  node.openGap(at)
  node.keys.set(key, at * KEY_WORDS)
  if (node.children === undefined || child === undefined) return
  node.children.nodes.splice(at, 0, child)
  weigh(node.children, at, child)
}

/** Count and sum of a child, from what it holds. */
function weigh({ counts, sums }: Children, at: number, child: Node): void {
  sums.fill(0, at * ID_WORDS, (at + 1) * ID_WORDS)
  if (child.children === undefined) {
    counts[at] = child.length
    for (let item = 0; item < child.length; item++)
      addWords(sums, at * ID_WORDS, child.keys, item * KEY_WORDS + ID_WORD)
    return
  }
  counts[at] = 0
  for (let below = 0; below < child.length; below++) {
    counts[at]! += child.children.counts[below]!
    addWords(sums, at * ID_WORDS, child.children.sums, below * ID_WORDS)
  }
}

/** Nodes are a quarter full or share a parent with one more than half full, so that a set that shrank does not keep the memory it had. */
function mergeIfSmall(branch: Branch, at: number): void {
  const { nodes } = branch.children
  const node = nodes[at]!
  if (node.length === 0) branch.remove(at)
  else if (node.length <= node.capacity / 4) {
    if (at > 0 && fitTogether(nodes[at - 1]!, node)) mergeRight(branch, at - 1)
    else if (at + 1 < branch.length && fitTogether(node, nodes[at + 1]!)) mergeRight(branch, at)
  }
}

function fitTogether(left: Node, right: Node): boolean {
  return left.length + right.length <= left.capacity * 0.75
}

/** Child `at` takes all of its right neighbour. */
function mergeRight(branch: Branch, at: number): void {
  const { nodes, counts, sums } = branch.children
  const left = nodes[at]!
  const joint = left.length
  left.takeFrom(nodes[at + 1]!, 0)
  if (left.children !== undefined)
    left.keys.set(branch.keys.subarray((at + 1) * KEY_WORDS, (at + 2) * KEY_WORDS), joint * KEY_WORDS)
  counts[at]! += counts[at + 1]!
  addWords(sums, at * ID_WORDS, sums, (at + 1) * ID_WORDS)
  branch.remove(at + 1)
}

function visitBelow(
  node: Node,
  from: number,
  to: number,
  visit: (words: Uint32Array, start: number, end: number) => void,
): void {
  if (node.children === undefined) {
    visit(node.keys, from * KEY_WORDS, to * KEY_WORDS)
    return
  }
  const { counts, nodes } = node.children
  let before = 0
  for (let child = 0; child < node.length && before < to; child++) {
    const after = before + counts[child]!
    if (from < after) visitBelow(nodes[child]!, Math.max(from - before, 0), Math.min(to, after) - before, visit)
    before = after
  }
}
