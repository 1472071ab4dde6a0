import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawPanels } from './plot.ts'
import { cpuOf } from './scale-network-rows.ts'
import { median } from './table.ts'
import type { Panel } from './plot.ts'
import type { Report } from './report.ts'
import type { NetworkPoint, NetworkRun } from './scale-network-rows.ts'
import type { ReplicaPoint } from './scale-replica-rows.ts'

/** By the name of the bench: the file, and what is in it. */
const PLOTS: Record<string, readonly [file: string, draw: (points: never[]) => string]> = {
  'scale-network': ['network.svg', drawNetwork],
  'scale-replica': ['replica.svg', drawReplica],
}

/** Writes the plots of those benches of a report that have some. @returns the files */
export function draw(report: Report, directory: string): string[] {
  return report.benches.flatMap(({ name, points }) => {
    const plot = PLOTS[name]
    if (plot === undefined || !Array.isArray(points) || points.length === 0) return []
    const [file, svgOf] = plot
    mkdirSync(directory, { recursive: true })
    const path = join(directory, file)
    writeFileSync(path, `${svgOf(points as never[])}\n`)
    return [path]
  })
}

function drawNetwork(points: NetworkPoint[]): string {
  const line = (name: string, of: (point: NetworkPoint) => number): Panel['series'][number] => ({
    name,
    points: points.map(point => [point.nodes, of(point)]),
  })
  const rates = points[0]!.runs.map(({ rate }) => rate)
  const eachRate = (of: (run: NetworkRun) => number): Panel['series'] =>
    rates.map((rate, at) => line(`${rate} messages/s`, ({ runs }) => of(runs[at]!)))
  const fast = ({ runs }: NetworkPoint): NetworkRun => runs.at(-1)!
  const panels: Panel[] = [
    { title: 'CPU of one node, ms per second', series: eachRate(run => run.cpuMsPerNodeSecond) },
    {
      title: 'CPU of one message at one node, ms',
      series: [line('2 KiB message', point => cpuOf(point).msPerMessage)],
    },
    { title: 'Memory of one node, MB', series: [line('memory', point => fast(point).memoryBytesPerNode / 1e6)] },
    {
      title: 'Bytes received by one node, kB per second',
      series: eachRate(run => run.receivedBytesPerNodeSecond / 1e3),
    },
    {
      title: 'Delay of a delivery, ms',
      series: [line('p99', point => fast(point).p99Ms), line('p50', point => fast(point).p50Ms)],
    },
    { title: 'Duplicates of a message', series: eachRate(run => run.duplicates) },
  ]
  return drawPanels(panels, { name: 'nodes of the network', values: points.map(({ nodes }) => nodes) })
}

function drawReplica(points: ReplicaPoint[]): string {
  const line = (name: string, of: (point: ReplicaPoint) => number[]): Panel['series'][number] => ({
    name,
    points: points.map(point => [point.offers, median(of(point))]),
  })
  const panels: Panel[] = [
    {
      title: 'Time until all offers are here, s',
      isLog: true,
      series: [
        line('first sync', ({ firstSync }) => firstSync.map(({ seconds }) => seconds)),
        line('from a file', ({ fromFile }) => [fromFile.seconds]),
        line('start from the disk', ({ start }) => start.map(({ seconds }) => seconds)),
      ],
    },
    {
      title: 'First sync, bytes for an offer',
      series: [
        line('on the wire', ({ firstSync, offers }) =>
          firstSync.map(({ receivedBytes, sentBytes }) => (receivedBytes + sentBytes) / offers),
        ),
        line('the offer', ({ fileBytes, offers }) => [fileBytes / offers]),
      ],
    },
    {
      title: 'A session that finds nothing, bytes',
      series: [line('both ways', ({ steady }) => [steady.bytesPerSession])],
    },
    {
      title: 'A session that finds nothing, ms of CPU',
      series: [
        line('who asks', ({ steady }) => [steady.cpuMsPerSession]),
        line('who answers', ({ steady }) => [steady.servingCpuMsPerSession]),
      ],
    },
    {
      title: 'Catch-up from dialing on, s',
      series: points[0]!.catchUp.map(({ changes }, at) =>
        line(`${changes.toLocaleString('en')} changes`, ({ catchUp }) =>
          catchUp[at]!.runs.map(({ seconds }) => seconds),
        ),
      ),
    },
    {
      title: 'Memory, MB',
      isLog: true,
      series: [
        line('resident, all', ({ start }) => start.map(({ residentBytes }) => residentBytes / 1e6)),
        line('heap of offers', ({ start }) => start.map(({ heapBytes }) => heapBytes / 1e6)),
      ],
    },
  ]
  return drawPanels(panels, { name: 'offers held', values: points.map(({ offers }) => offers) })
}
