import { edges } from '../topology.ts'
import type { Random } from '../random.ts'

/** Neighbours that a node has at least, where there are so many nodes: gossipsub's D. */
const DEGREE = 6

/** Who is connected to whom: a random graph, cut while a partition lasts. */
export class Mesh {
  readonly #random: Random
  readonly #neighbours: Array<Set<number>> = []
  readonly #side: number[] = []
  readonly #isUp: boolean[] = []
  readonly #connected: Array<Set<number>> = []

  constructor(size: number, random: Random) {
    this.#random = random
    for (let node = 0; node < size; node++) this.#insert(0)
    for (const [from, to] of edges({ random: Math.min(DEGREE, size - 1) }, size, random)) this.#join(from, to)
  }

  /** A new node, with neighbours among those that are up. */
  add(): number {
    const node = this.#insert(this.#random.int(0, Math.max(...this.#side)))
    const others = this.#up().filter(other => other !== node)
    for (const other of this.#random.shuffle(others).slice(0, DEGREE)) this.#join(node, other)
    return node
  }

  setUp(node: number, isUp: boolean): void {
    this.#isUp[node] = isUp
  }

  /** It will not come back: who is left with few neighbours finds others. */
  remove(node: number): void {
    this.setUp(node, false)
    for (const neighbour of this.#neighbours[node]!) {
      this.#neighbours[neighbour]!.delete(node)
      const others = this.#up().filter(other => other !== neighbour && !this.#neighbours[neighbour]!.has(other))
      if (this.#neighbours[neighbour]!.size < DEGREE && others.length > 0)
        this.#join(neighbour, this.#random.pick(others))
    }
    this.#neighbours[node]!.clear()
  }

  partition(sides: number): void {
    for (const node of this.#side.keys()) this.#side[node] = this.#random.int(0, sides - 1)
  }

  heal(): void {
    this.#side.fill(0)
  }

  isConnected(a: number, b: number): boolean {
    return this.#connected[a]!.has(b)
  }

  connectedTo(node: number): Iterable<number> {
    return this.#connected[node]!
  }

  /** Makes the connections what they should be now. @returns pairs that connected, and that lost each other */
  update(): { connected: Array<[number, number]>; lost: Array<[number, number]> } {
    const connected: Array<[number, number]> = []
    const lost: Array<[number, number]> = []
    for (const [a, neighbours] of this.#neighbours.entries()) {
      for (const b of new Set([...neighbours, ...this.#connected[a]!])) {
        if (b < a) continue
        const should = neighbours.has(b) && this.#isUp[a]! && this.#isUp[b]! && this.#side[a] === this.#side[b]
        if (should === this.isConnected(a, b)) continue
        if (should) connected.push([a, b])
        else {
          lost.push([a, b])
          this.#connected[a]!.delete(b)
          this.#connected[b]!.delete(a)
        }
      }
    }
    return { connected, lost }
  }

  /** A pair that `update` found has dialed: false when it may not any more. */
  connect(a: number, b: number): boolean {
    const may = this.#neighbours[a]!.has(b) && this.#isUp[a]! && this.#isUp[b]! && this.#side[a] === this.#side[b]
    if (!may || this.isConnected(a, b)) return false
    this.#connected[a]!.add(b)
    this.#connected[b]!.add(a)
    return true
  }

  #insert(side: number): number {
    this.#neighbours.push(new Set())
    this.#connected.push(new Set())
    this.#isUp.push(true)
    return this.#side.push(side) - 1
  }

  #join(a: number, b: number): void {
    this.#neighbours[a]!.add(b)
    this.#neighbours[b]!.add(a)
  }

  #up(): number[] {
    return [...this.#isUp.keys()].filter(node => this.#isUp[node])
  }
}
