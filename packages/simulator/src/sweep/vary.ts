/** A parameter, and the values that it takes in turn, as they were typed. */
export interface Varied {
  name: string
  values: string[]
}

/** One setting of a sweep: the value of each varied parameter. None for the settings as they are. */
export type Combination = ReadonlyArray<readonly [name: string, value: string]>

/** Each value of each with each of all others; the last varies fastest. */
export function combinations(varied: readonly Varied[]): Combination[] {
  let all: Combination[] = [[]]
  for (const { name, values } of varied) {
    all = all.flatMap(before => values.map(value => [...before, [name, value] as const]))
  }
  return all
}

/** `D=6 heartbeatMs=700`; what nothing was varied in is the base. */
export function labelOf(combination: Combination): string {
  if (combination.length === 0) return 'base'
  return combination.map(([name, value]) => `${name.replace(/^gossip\./, '')}=${value}`).join(' ')
}
