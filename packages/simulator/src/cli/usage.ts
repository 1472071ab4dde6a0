import { bitRate, bytes, number, seconds } from '../report/format.ts'
import { PROFILES } from '../profile.ts'
import { DEFAULTS } from '../settings.ts'
import { MAX_SEEDS } from '../sweep/seeds.ts'
import { LEAST_SAMPLES } from '../sweep/statistics.ts'
import { GOSSIP_PARAMETERS } from './gossip-flags.ts'

/** The short form, after an error. */
export const HINT = 'pnpm simulate --help says what there is'

export function usage(): string {
  const { topology, latencyMs, bytesPerSecond, loss, messageBytes, rate, durationMs, settleMs } = DEFAULTS
  const links = `${latencyMs.map(number).join('..')}ms, ${bitRate(bytesPerSecond)}, ${loss * 100}%`
  const degree = typeof topology === 'object' ? `random:${topology.random}` : topology
  return `pnpm simulate [flags]                              runs one network and says what a message costs in it
pnpm simulate sweep --vary … --out DIR [flags]     runs it with several settings and compares them

The network: real libp2p nodes in one process, connected by links with a latency and a bandwidth.
  --nodes N              how many (${DEFAULTS.nodes})
  --topology T           line, ring, star, full or random:N, at least N random neighbours each (${degree})
  --profile NAME         what links are like (world):
${profiles()}
  --latency RANGE        of a link, one way, such as 50..150ms or 80ms: overrides the profile (${links})
  --bandwidth B          of a link, each way, such as 20Mbit/s or none
  --loss SHARE           segments that are lost and sent again, such as 1%
  --set gossip.NAME=V    a parameter of gossipsub, any number of times:
${names()}

The messages:
  --size BYTES           such as 512 or 2KiB (${bytes(messageBytes)})
  --rate R               of the whole network, such as 20/s (${number(rate)}/s)
  --duration D           how long they are published (${seconds(durationMs)})
  --settle D             between the last join and the first of them (${seconds(settleMs)})

The run:
  --seed S               the same seed, the same topology, latencies, authors, moments and loss (${DEFAULTS.seed})
  --dilation auto|N      how many times slower than the clock the network runs (auto: as the machine can)
  --out DIR              writes report.html and result.json there
  --json                 the result as JSON on stdout, in place of the summary

A sweep:
  --vary NAME=V,V,…      gossip.NAME, or the name of a flag such as nodes; several make all combinations
  --seeds N              runs each setting with N seeds: S, S-2, … S-N of --seed S, at most ${MAX_SEEDS} (1). Settings are compared by
                         their means; from ${LEAST_SAMPLES} seeds on one beats another when neither mean (delay p99, bytes a delivery)
                         is worse and one is better by more than chance: the 95 % confidence interval of the
                         differences, seed by seed, does not reach 0
  --out DIR              keeps each result there: a sweep that was interrupted goes on where it was
  --again invalid|all    does runs again whose kept result is not valid, or all

Exit code: 0 all is well; 1 messages were lost, or the run is not valid or failed; 2 the command line is wrong; 130 interrupted.`
}

function profiles(): string {
  return Object.entries(PROFILES)
    .map(([name, { latencyMs, bytesPerSecond }]) => {
      const [least, most] = latencyMs
      return `                           ${name.padEnd(10)} ${number(least)} to ${number(most)} ms, ${bitRate(bytesPerSecond)}`
    })
    .join('\n')
}

const PER_LINE = 6

function names(): string {
  const all = Object.keys(GOSSIP_PARAMETERS)
  const lines = Array.from({ length: Math.ceil(all.length / PER_LINE) }, (_, line) =>
    all.slice(line * PER_LINE, (line + 1) * PER_LINE).join(', '),
  )
  return lines.map(line => `                           ${line}`).join(',\n')
}
