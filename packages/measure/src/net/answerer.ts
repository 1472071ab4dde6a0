import { RefuseRequest } from '@stoa/direct'
import { Rates } from '../core/rates.ts'
import { LoadServer } from './load-server.ts'
import type { PeerId } from '@libp2p/interface'
import type { DirectService } from '@stoa/direct'
import type { AnswerOf } from '../core/collection.ts'
import type { MeasureCounters } from '../counters.ts'
import type { MeasureRequest, MeasureResponse } from '../gen/measure.js'
import type { MeasureOptions } from '../options.ts'
import type { LoadProtocol, MeasureProtocol } from './protocol.ts'

export interface AnswererInit {
  direct: Pick<DirectService, 'handle'>
  protocol: MeasureProtocol
  loadProtocol: LoadProtocol
  options: MeasureOptions
  counters: MeasureCounters
  /** Whether the answer belongs to a run under way here. */
  onAnswer: (peer: PeerId, answer: AnswerOf) => boolean
}

/** What other nodes may ask of this one, and tell it. */
export class Answerer {
  readonly #init: AnswererInit
  readonly #load: LoadServer
  readonly #clockRates: Rates
  #handled: AsyncDisposable[] = []

  constructor(init: AnswererInit) {
    this.#init = init
    this.#load = new LoadServer(init.options, init.counters)
    this.#clockRates = new Rates(init.options.clocksPerSecond)
  }

  async start(): Promise<void> {
    const { direct, protocol, loadProtocol } = this.#init
    this.#handled = [
      await direct.handle(protocol, (request, { peer }) => this.#serve(request, peer)),
      await direct.handle(loadProtocol, (request, { peer }) => this.#load.serve(request, peer)),
    ]
  }

  async stop(): Promise<void> {
    await Promise.all(this.#handled.splice(0).map(handled => handled[Symbol.asyncDispose]()))
  }

  /** @throws {RefuseRequest} */
  #serve({ clock, answer }: MeasureRequest, peer: PeerId): MeasureResponse {
    const { options, counters, onAnswer } = this.#init
    const receivedMs = options.now()
    if (answer !== undefined) {
      const taken = onAnswer(peer, answer)
      if (taken) counters.answersTaken++
      else counters.answersRefused++
      return { taken }
    }
    if (clock === undefined) throw new RefuseRequest('neither a clock request nor an answer')
    if (!this.#clockRates.take(peer.toString(), 1, receivedMs)) {
      counters.clocksRefused++
      throw new RefuseRequest('too many clock requests')
    }
    counters.clocksTold++
    const sentMs = options.now()
    return { taken: false, clock: { receivedUs: Math.round(receivedMs * 1_000), sentUs: Math.round(sentMs * 1_000) } }
  }
}
