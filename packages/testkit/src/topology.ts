import type { Random } from './random.ts'

/** Who dials whom at the start. `random` is connected, and gives every node at least `random` neighbours where there are as many. */
export type Topology = 'none' | 'line' | 'ring' | 'star' | 'full' | { random: number }

/** An edge between two node indices; the first dials the second. */
export type Edge = readonly [from: number, to: number]

export function edges(topology: Topology, size: number, random: Random): Edge[] {
  if (typeof topology === 'object') return randomGraph(size, topology.random, random)
  switch (topology) {
    case 'none':
      return []
    case 'line':
      return line(size)
    case 'ring':
      return size > 2 ? [...line(size), [size - 1, 0]] : line(size)
    case 'star':
      // the leaves dial the hub, as nodes dial a bootstrap node
      return range(1, size).map(leaf => [leaf, 0])
    case 'full':
      return range(0, size).flatMap(from => range(from + 1, size).map((to): Edge => [from, to]))
  }
}

function line(size: number): Edge[] {
  return range(1, size).map(to => [to - 1, to])
}

/** A random spanning tree keeps it in one piece; then each node that has too few neighbours gets more. */
function randomGraph(size: number, degree: number, random: Random): Edge[] {
  const neighbours = range(0, size).map(() => new Set<number>())
  const found: Edge[] = []
  const join = (from: number, to: number) => {
    neighbours[from]!.add(to)
    neighbours[to]!.add(from)
    found.push([from, to])
  }

  const order = random.shuffle(range(0, size))
  for (const [position, node] of order.entries()) {
    if (position > 0) join(node, random.pick(order.slice(0, position)))
  }
  for (const node of order) {
    const strangers = range(0, size).filter(other => other !== node && !neighbours[node]!.has(other))
    const missing = Math.max(0, degree - neighbours[node]!.size)
    for (const other of random.shuffle(strangers).slice(0, missing)) join(node, other)
  }
  return found
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset)
}
