import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'

type Labels<Name extends string> = Readonly<Record<Name, string>>
/** Told each value that there is now. */
type Tell<Name extends string> = (value: number, labels: Labels<Name>) => void

type Observe = <Name extends string = never>(
  name: string,
  help: string,
  labels: readonly Name[],
  read: (tell: Tell<Name>) => void,
) => void

export interface Observer {
  gauge: Observe
  /** Of what counts by itself: whatever was closed and opened again begins at 0, which Prometheus takes for the restart that it is. */
  counter: Observe
}

/** Metrics that are read when somebody asks for them, so that they cost nothing in between. */
export function observer(registry: Registry): Observer {
  const registers = [registry]
  return {
    gauge: (name, help, labelNames, read) => {
      new Gauge({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset()
          read((value, labels) => this.set(labels, value))
        },
      })
    },
    counter: (name, help, labelNames, read) => {
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset()
          read((value, labels) => this.inc(labels, value))
        },
      })
    },
  }
}
