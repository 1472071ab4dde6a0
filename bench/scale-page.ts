// Writes what was measured, and what follows for larger networks, into docs/scale.md:
//   npx pnpm exec node bench/scale-page.ts REPORT…     JSON files of `pnpm bench scale-network` and `scale-replica`, or one of both
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aboutOf, readReport, whereOf } from './report.ts'
import { cpuOf } from './scale-network-rows.ts'
import { breaksOf, demandOf, measuredOf } from './scale-model.ts'
import { median } from './table.ts'
import type { Report } from './report.ts'
import type { NetworkPoint } from './scale-network-rows.ts'
import type { ReplicaPoint } from './scale-replica-rows.ts'

const PAGE = join(import.meta.dirname, '../docs/scale.md')
const NETWORKS = [1_000, 10_000, 100_000, 1_000_000]

const reports = process.argv.slice(2).map(readReport)
const networks = pointsOf<NetworkPoint>('scale-network')
const replicas = pointsOf<ReplicaPoint>('scale-replica')
const measured = measuredOf(networks.points, replicas.points)
let page = readFileSync(PAGE, 'utf8')
fill('network', [`${whereOf(networks.report)}; one run for each size and rate`, '', ...networkTable(networks.points)])
fill('replica', [aboutOf(replicas.report), '', ...replicaTable(replicas.points)])
fill('costs', costsTable())
fill('demand', demandTable())
fill('breaks', breaksTable())
writeFileSync(PAGE, page)

function pointsOf<Point>(name: string): { report: Report; points: Point[] } {
  for (const report of reports) {
    const points = report.benches.find(bench => bench.name === name)?.points
    if (Array.isArray(points) && points.length > 0) return { report, points: points as Point[] }
  }
  throw new Error(`none of the reports has points of ${name}`)
}

function fill(part: string, lines: string[]): void {
  const [begin, end] = [`<!-- ${part}: by bench/scale-page.ts -->`, `<!-- ${part}: end -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for ${part}`)
  page = `${page.slice(0, from + begin.length)}\n\n${lines.join('\n')}\n\n${page.slice(to)}`
}

function networkTable(points: readonly NetworkPoint[]): string[] {
  const fast = ({ runs }: NetworkPoint): NetworkPoint['runs'][number] => runs.at(-1)!
  const rate = fast(points[0]!).rate
  return [
    ...table(
      [
        'nodes',
        'CPU idle, ms/s',
        'CPU of a message, ms',
        `CPU at ${rate}/s, ms/s`,
        'memory, MB',
        'received, kB/s',
        'duplicates',
        'p50, ms',
        'p99, ms',
      ],
      points.map(point => [
        `${count(point.nodes)}${point.runs.some(({ invalid }) => invalid.length > 0) ? ' **!**' : ''}`,
        cpuOf(point).idleMsPerSecond < 0 ? '–' : figure(cpuOf(point).idleMsPerSecond),
        figure(cpuOf(point).msPerMessage),
        figure(fast(point).cpuMsPerNodeSecond),
        figure(fast(point).memoryBytesPerNode / 1e6),
        figure(fast(point).receivedBytesPerNodeSecond / 1e3),
        figure(fast(point).duplicates),
        figure(fast(point).p50Ms),
        figure(fast(point).p99Ms),
      ]),
    ),
    ...points.flatMap(({ nodes, runs }) =>
      runs
        .filter(({ invalid }) => invalid.length > 0)
        .map(run => `\n**!** ${count(nodes)} nodes at ${run.rate}/s does not hold: ${run.invalid.join('; ')}.`),
    ),
  ]
}

function replicaTable(points: readonly ReplicaPoint[]): string[] {
  const mid = (values: number[]): string => figure(median(values))
  return table(
    [
      'offers',
      'first sync, s',
      'B an offer',
      'nothing new: B',
      'ms CPU',
      '100 changes, s',
      '1,000 changes, s',
      'start, s',
      'heap, B an offer',
      'resident, MB',
    ],
    points.map(({ offers, firstSync, steady, catchUp, start }) => [
      count(offers),
      mid(firstSync.map(({ seconds }) => seconds)),
      mid(firstSync.map(sync => (sync.receivedBytes + sync.sentBytes) / offers)),
      figure(steady.bytesPerSession),
      figure(steady.cpuMsPerSession),
      ...catchUp.map(({ runs }) => mid(runs.map(({ seconds }) => seconds))),
      mid(start.map(({ seconds }) => seconds)),
      mid(start.map(({ heapBytes }) => heapBytes / offers)),
      mid(start.map(({ residentBytes }) => residentBytes / 1e6)),
    ]),
  )
}

function costsTable(): string[] {
  return table(
    ['', 'measured', 'at'],
    [
      ['`idle`: CPU of a node without messages', `${figure(measured.idleMsPerSecond)} ms/s`, 'cpu'],
      ['`g`: CPU of a message at a node, its copies included', `${figure(measured.gossipMsPerMessage)} ms`, 'cpu'],
      ['`d`: duplicates of a message', figure(measured.duplicates), 'nodes'],
      ['`h`: bytes of a copy beside the message', figure(measured.bytesBesideCopy), 'nodes'],
      ['`v`: CPU of taking an entry: signature, set, disk', `${figure(measured.takeMsPerEntry)} ms`, 'offers'],
      ['`heap` for an offer', `${figure(measured.heapBytesPerOffer)} B`, 'offers'],
      ['bytes of a first sync for an offer', `${figure(measured.syncBytesPerOffer)} B`, 'offers'],
      ['offers a second of a first sync', figure(measured.offersPerSecond), 'offers'],
    ].map(([what, value, at]) => [
      what!,
      value!,
      at === 'offers'
        ? `${count(measured.offers)} offers`
        : `${count(at === 'cpu' ? measured.cpuNodes : measured.nodes)} nodes`,
    ]),
  )
}

function demandTable(): string[] {
  const demands = NETWORKS.map(nodes => demandOf(nodes, measured))
  const row = (what: string, of: (demand: (typeof demands)[number]) => string): string[] => [what, ...demands.map(of)]
  return table(
    ['nodes', ...NETWORKS.map(count)],
    [
      row('leases a second', demand => figure(demand.leasesPerSecond)),
      row('other messages a second', demand => figure(demand.otherMessagesPerSecond)),
      row('cores', demand => figure(demand.cpuShare)),
      row('received, Mbit/s', demand => figure((demand.receivedBytesPerSecond * 8) / 1e6)),
      row('heap, MB', demand => figure(demand.heapBytes / 1e6)),
      row('on disk, MB', demand => figure(demand.diskBytes / 1e6)),
      row('first sync, MB', demand => figure(demand.firstSyncBytes / 1e6)),
      row('first sync, s', demand => figure(demand.firstSyncSeconds)),
      row('delay p99, ms', demand => figure(demand.p99Ms)),
    ],
  )
}

function breaksTable(): string[] {
  return table(
    ['nodes', 'what', 'from'],
    breaksOf(measured).map(({ nodes, what, isMeasured }) => [
      count(Math.floor(nodes)),
      what,
      isMeasured ? 'measured costs' : 'arithmetic',
    ]),
  )
}

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)]
}

function count(value: number): string {
  return value.toLocaleString('en')
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
