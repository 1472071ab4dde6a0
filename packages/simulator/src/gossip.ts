import { MESH, meshOf } from '@stoa/broadcast'
import { SimulatorError } from './errors.ts'
import type { GossipsubOverrides } from '@stoa/broadcast'

/** The order that gossipsub's rules for the mesh take for granted. What is not given follows D, as in broadcast. @throws {SimulatorError} `bad-setting` */
export function checkGossip(gossip: GossipsubOverrides): GossipsubOverrides {
  const { D, Dlo, Dhi, Dscore, Dout } = { ...MESH, ...(gossip.D === undefined ? {} : meshOf(gossip.D)), ...gossip }
  const rules: Array<[name: string, value: number, isKept: boolean, takes: string]> = [
    ['gossip.D', D, D >= 1, 'an integer from 1'],
    ['gossip.Dlo', Dlo, Dlo >= 1 && Dlo <= D, `an integer from 1 to D, ${D}`],
    ['gossip.Dhi', Dhi, Dhi >= D, `an integer from D, ${D}`],
    ['gossip.Dscore', Dscore, Dscore >= 0 && Dscore <= D, `an integer from 0 to D, ${D}`],
    ['gossip.Dout', Dout, Dout >= 0 && Dout < Dlo && Dout <= D / 2, `less than Dlo, ${Dlo}, and at most D / 2`],
  ]
  for (const [name, value, isKept, takes] of rules) {
    if (!Number.isSafeInteger(value) || !isKept) {
      throw new SimulatorError('bad-setting', `${name} is ${value}, it takes ${takes}`)
    }
  }
  return gossip
}
