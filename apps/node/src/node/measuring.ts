import { NodeError } from './errors.ts'
import type { PeerId } from '@libp2p/interface'
import type { MeasureService, PeerOptions, PeerReport, PropagationOptions, PropagationReport } from '@stoa/measure'

/** What the command line and the HTTP API ask of measure(). */
export interface Measuring {
  propagation(options: PropagationOptions): Promise<PropagationReport>
  /** @param target - a peer id or a multiaddr */
  peer(target: string, options: PeerOptions & { signal: AbortSignal }): Promise<PeerReport>
}

/** Told what measurements of this node found. */
export interface Measured {
  propagation(report: PropagationReport): void
  peer(report: PeerReport): void
}

export interface MeasuringInit {
  /** Undefined when it was left out. */
  service: MeasureService | undefined
  /** Finds the peer of a target. */
  peerAt: (target: string, options: { signal: AbortSignal }) => Promise<PeerId>
  onMeasured: Measured | undefined
}

export function createMeasuring({ service, peerAt, onMeasured }: MeasuringInit): Measuring {
  return {
    propagation: async options => {
      const report = await present(service).propagation(options)
      onMeasured?.propagation(report)
      return report
    },
    peer: async (target, options) => {
      const measure = present(service)
      const report = await measure.peer(await peerAt(target, options), options)
      onMeasured?.peer(report)
      return report
    },
  }
}

/** @throws {NodeError} `not-measuring` */
function present(measure: MeasureService | undefined): MeasureService {
  if (measure !== undefined) return measure
  throw new NodeError(
    'not-measuring',
    'this node does not measure: it was started with --no-measure, or in Tor, where only "measure": true in its configuration file has it do so',
  )
}
