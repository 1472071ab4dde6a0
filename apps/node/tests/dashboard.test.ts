import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { eventually } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { NodeProcess, temporaryDirectory } from './processes.ts'
import { partsOf, seriesOf } from './prometheus.ts'

interface Panel {
  type: string
  title: string
  targets?: Array<{ expr: string; legendFormat: string }>
}

const FILE = new URL('../../../docs/grafana/stoa.json', import.meta.url)
const { panels } = JSON.parse(readFileSync(fileURLToPath(FILE), 'utf8')) as { panels: Panel[] }
const QUERIES = panels.flatMap(({ title, targets = [] }) => targets.map(target => ({ title, ...target })))
const LISTEN = ['--listen', '/ip4/127.0.0.1/tcp/0', '--topic', 'lobby']
/** Prometheus adds these to whatever it scrapes. */
const OF_PROMETHEUS = new Set(['instance', 'job'])

test('the dashboard has panels, each with a query, and of each a name', () => {
  const drawn = panels.filter(({ type }) => type !== 'row')
  expect(drawn.length).toBeGreaterThan(20)
  for (const { title, targets } of drawn) {
    expect(title).not.toBe('')
    expect(targets, title).not.toHaveLength(0)
  }
})

test('every metric and label that the dashboard names is one that a node exports', async () => {
  await using directory = await temporaryDirectory()
  await using ann = await NodeProcess.start(`${directory.path}/ann`, [...LISTEN])
  await using _bob = await NodeProcess.start(`${directory.path}/bob`, [...LISTEN, '--bootstrap', ann.addresses[0]!])
  await ann.event('peer:connect')
  const report = await ann.json(['measure', 'propagation', '--topic', 'lobby', '--count', '3', '--receivers', '1'])
  expect(report).toMatchObject({ receivers: 1, reached: 1 })

  const headers = { authorization: `Bearer ${await ann.token()}` }
  const missing = async (): Promise<string[]> => {
    const response = await fetch(new URL('/metrics', ann.api), { headers })
    const series = seriesOf(await response.text())
    return QUERIES.flatMap(({ title, expr, legendFormat }) => {
      const { metrics, groupedBy } = partsOf(expr)
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label)
      return metrics.flatMap(({ name, labels }) => {
        const exported = series.get(name)
        if (exported === undefined) return [`${title}: ${name}`]
        return [...labels, ...groupedBy, ...shown]
          .filter(label => !OF_PROMETHEUS.has(label) && !exported.has(label))
          .map(label => `${title}: ${name} by ${label}`)
      })
    })
  }
  // a first ping of the peer and a first synchronization come by themselves
  await eventually(async () => expect(await missing()).toEqual([]), { timeoutMs: 30_000 })
})
