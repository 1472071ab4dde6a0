import type { GossipsubOverrides } from '@stoa/broadcast'

type MetricsRegister = NonNullable<GossipsubOverrides['metricsRegister']>

/** How often gossipsub has asked by IWANT, and was asked. */
export class IwantCounts {
  readonly #counts = new Map<string, number>()

  get sent(): number {
    return this.#counts.get('gossipsub_rpc_sent_iwant_total') ?? 0
  }

  get received(): number {
    return this.#counts.get('gossipsub_rpc_recv_iwant_total') ?? 0
  }

  /** gossipsub tells its metrics more than its events. */
  register(): MetricsRegister {
    const nothing = (): void => {}
    const gauge = ({ name }: { name: string }) => ({
      inc: (...args: unknown[]) => {
        const by = typeof args[0] === 'number' ? args[0] : 1
        this.#counts.set(name, (this.#counts.get(name) ?? 0) + by)
      },
      set: nothing,
      addCollect: nothing,
    })
    const histogram = () => ({ startTimer: () => nothing, observe: nothing, reset: nothing })
    return { gauge, histogram, avgMinMax: () => ({ set: nothing }) } as unknown as MetricsRegister
  }
}
