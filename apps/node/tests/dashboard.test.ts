import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@stoa/testkit'
import { expect, test } from 'vitest'
import { NodeProcess, temporaryDirectory } from './processes.ts'
import { partsOf, seriesOf } from './prometheus.ts'

interface Panel {
  type: string
  title: string
  targets?: Array<{ expr: string; legendFormat: string }>
}

const { panels } = JSON.parse(page('grafana/stoa.json')) as { panels: Panel[] }
const QUERIES = panels.flatMap(({ title, targets = [] }) => targets.map(target => ({ title, ...target })))
/** Of the guide for operators: `name{label,label}`. Those of Tor are there in Tor alone. */
const DESCRIBED = [...page('guides/run-a-node.md').matchAll(/`(stoa_(?!tor_)\w+)(?:\{([\w,]+)\})?`/g)].map(
  ([, name = '', labels = '']) => ({ name, labels: labels.split(',').filter(label => label !== '') }),
)
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

test('every metric and label that the dashboard and the guide name is one that a node exports', async () => {
  await using directory = await temporaryDirectory()
  await using ann = await NodeProcess.start(`${directory.path}/ann`, [...LISTEN])
  await using bob = await NodeProcess.start(`${directory.path}/bob`, [...LISTEN, '--bootstrap', ann.addresses[0]!])
  await ann.event('peer:connect')
  const report = await ann.json(['measure', 'propagation', '--topic', 'lobby', '--count', '3', '--receivers', '1'])
  expect(report).toMatchObject({ receivers: 1, reached: 1 })

  await ann.json(['measure', 'peer', bob.peerId, '--size', '64KiB'])

  const headers = { authorization: `Bearer ${await ann.token()}` }
  const missing = async (): Promise<string[]> => {
    const response = await fetch(new URL('/metrics', ann.api), { headers })
    const series = seriesOf(await response.text())
    const undescribed = DESCRIBED.flatMap(({ name, labels }) => {
      const exported = series.get(name) ?? series.get(`${name}_bucket`)
      return labels.every(label => exported?.has(label)) && exported !== undefined ? [] : [`run-a-node.md: ${name}`]
    })
    const undrawn = QUERIES.flatMap(({ title, expr, legendFormat }) => {
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
    return [...undescribed, ...undrawn]
  }
  // a first ping of the peer and a first synchronization come by themselves
  await eventually(async () => expect(await missing()).toEqual([]), { timeoutMs: 30_000 })
})

function page(path: string): string {
  return readFileSync(join(import.meta.dirname, '../../../docs', path), 'utf8')
}
