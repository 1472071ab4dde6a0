import { SimulatorError } from './errors.ts'
import type { GossipsubOverrides } from '@stoa/broadcast'

/** gossipsub's own default. */
const DEFAULT_D = 6

/**
 * The bounds of the mesh around D, in the proportions of gossipsub's defaults (6: 4 to 12, 4 kept by score, 2 that we dialled), where they are
 * not given: D alone would leave it outside of them.
 */
export function gossipOf(gossip: GossipsubOverrides): GossipsubOverrides {
  if (gossip.D === undefined) return gossip
  const { D } = gossip
  const Dlo = gossip.Dlo ?? Math.max(1, Math.round((D * 2) / 3))
  const around = { Dlo, Dhi: 2 * D, Dscore: Dlo, Dout: Math.max(0, Math.min(Dlo - 1, Math.round(D / 3))) }
  return { ...around, ...gossip }
}

/** The order that gossipsub's rules for the mesh take for granted. @throws {SimulatorError} `bad-setting` */
export function checkGossip(gossip: GossipsubOverrides): GossipsubOverrides {
  const { D = DEFAULT_D, Dlo = 4, Dhi = 12, Dscore = 4, Dout = 2 } = gossip
  const rules: Array<[name: string, value: number, isKept: boolean, takes: string]> = [
    ['gossip.D', D, D >= 1, 'an integer from 1'],
    ['gossip.Dlo', Dlo, Dlo >= 1 && Dlo <= D, `an integer from 1 to D, ${D}`],
    ['gossip.Dhi', Dhi, Dhi >= D, `an integer from D, ${D}`],
    ['gossip.Dscore', Dscore, Dscore >= 0 && Dscore <= D, `an integer from 0 to D, ${D}`],
    [
      'gossip.Dout',
      Dout,
      Dout >= 0 && Dout < Math.max(1, Dlo) && Dout <= D / 2,
      `less than Dlo, ${Dlo}, at most D / 2`,
    ],
  ]
  for (const [name, value, isKept, takes] of rules) {
    if (!Number.isSafeInteger(value) || !isKept) {
      throw new SimulatorError('bad-setting', `${name} is ${value}, it takes ${takes}`)
    }
  }
  return gossip
}
