/** What a query reads: metrics, each with the labels it is selected by, and the labels that the result is grouped by. */
export interface QueryParts {
  metrics: Array<{ name: string; labels: string[] }>
  groupedBy: string[]
}

const KEYWORDS = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'and',
  'or',
  'unless',
  'bool',
  'offset',
])

/** Of a PromQL expression as the dashboard has them: no subqueries, no strings but those of label matchers. */
export function partsOf(query: string): QueryParts {
  const groupedBy: string[] = []
  const rest = query
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without)\s*\(([^)]*)\)/g, (_, labels: string) => {
      groupedBy.push(...namesIn(labels))
      return ''
    })
  const metrics = [...rest.matchAll(/([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})?(\s*\()?/g)]
    .filter(([, name = '', , isFunction]) => isFunction === undefined && !KEYWORDS.has(name))
    .map(([, name = '', matchers = '']) => ({ name, labels: namesIn(matchers.replaceAll(/[=!~]+\s*"[^"]*"/g, '')) }))
  return { metrics, groupedBy }
}

/** The names of the series in an exposition (text format 0.0.4), each with its labels. */
export function seriesOf(exposition: string): Map<string, Set<string>> {
  const series = new Map<string, Set<string>>()
  for (const [, name = '', labels = ''] of exposition.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/gm)) {
    const known = series.get(name) ?? new Set()
    series.set(name, known)
    for (const [, label = ''] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label)
  }
  return series
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
}
