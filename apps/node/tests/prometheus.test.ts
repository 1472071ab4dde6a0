import { expect, test } from 'vitest'
import { partsOf, seriesOf } from './prometheus.ts'

test('a query is taken apart into what it reads', () => {
  expect(
    partsOf(
      'histogram_quantile(0.99, sum by (le, topic) (rate(a_seconds_bucket{instance=~"$instance", le!="+Inf"}[5m])))',
    ),
  ).toEqual({ metrics: [{ name: 'a_seconds_bucket', labels: ['instance', 'le'] }], groupedBy: ['le', 'topic'] })
  expect(partsOf('sum(a_total) / sum without (b) (b_total{c="d, e"}) and time() - c')).toEqual({
    metrics: [
      { name: 'a_total', labels: [] },
      { name: 'b_total', labels: ['c'] },
      { name: 'c', labels: [] },
    ],
    groupedBy: ['b'],
  })
})

test('series are known by name and labels', () => {
  const series = seriesOf('# TYPE a counter\na{b="c\\"}",d="e"} 1\nf 2.5e-7\n')
  expect([...series]).toEqual([
    ['a', new Set(['b', 'd'])],
    ['f', new Set()],
  ])
})
