/**
 * Picks who leaves a full table: from the most crowded group, within it from the most crowded subgroup, the worst.
 * Groups thus share the table as equals (max-min fairness): whoever floods it pushes out their own entries once they
 * hold the largest share, and nobody below an equal share loses any.
 */
export function crowdedVictim<T>(
  entries: readonly T[],
  init: { groupOf: (entry: T) => string; subgroupOf?: (entry: T) => string; worst: (a: T, b: T) => number },
): T | undefined {
  const group = mostCrowded(entries, init.groupOf)
  const subgroup = init.subgroupOf === undefined ? group : mostCrowded(group, init.subgroupOf)
  return subgroup.reduce<T | undefined>(
    (worst, entry) => (worst === undefined || init.worst(entry, worst) < 0 ? entry : worst),
    undefined,
  )
}

function mostCrowded<T>(entries: readonly T[], groupOf: (entry: T) => string): readonly T[] {
  const groups = Map.groupBy(entries, groupOf)
  return [...groups.values()].reduce<readonly T[]>((most, group) => (group.length > most.length ? group : most), [])
}
