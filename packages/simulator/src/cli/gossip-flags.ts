import { plain, unlike } from './quantities.ts'
import { UsageError } from './usage-error.ts'
import type { GossipsubOverrides } from '@stoa/broadcast'

interface GossipParameter {
  /** Of gossipsub's option, where it has another name. */
  option?: keyof GossipsubOverrides
  takes: string
  isTaken?: (value: number) => boolean
}

const count = (least: number, most: number): GossipParameter => ({
  takes: `an integer from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`,
  isTaken: value => Number.isSafeInteger(value) && value >= least && value <= most,
})

/** Most peers of a mesh: a node has hundreds of connections at most. */
const MAX_PEERS = 1_000

/** What `--set gossip.NAME=VALUE` and `--vary` take. How they go together is for the settings to say. */
export const GOSSIP_PARAMETERS: Readonly<Record<string, GossipParameter>> = {
  D: count(1, MAX_PEERS),
  Dlo: count(1, MAX_PEERS),
  Dhi: count(1, MAX_PEERS),
  Dscore: count(0, MAX_PEERS),
  Dout: count(0, MAX_PEERS),
  Dlazy: count(0, MAX_PEERS),
  gossipFactor: { takes: 'a share from 0 to 1', isTaken: value => value >= 0 && value <= 1 },
  heartbeatMs: { ...count(50, 60_000), option: 'heartbeatInterval' },
  floodPublish: { takes: 'true or false' },
  idontwantMinDataSize: count(0, 1_048_576),
  mcacheLength: count(1, 100),
  mcacheGossip: count(1, 100),
  opportunisticGraftPeers: count(0, MAX_PEERS),
  opportunisticGraftTicks: count(1, 1_000),
  pruneBackoffMs: { ...count(1_000, 600_000), option: 'pruneBackoff' },
}

/** `gossip.D=6` and the like. @throws {UsageError} */
export function gossipOfFlags(flag: string, assignments: readonly string[]): GossipsubOverrides {
  const gossip: Record<string, number | boolean> = {}
  for (const assignment of assignments) {
    const [name = '', value, ...more] = assignment.split('=')
    if (value === undefined || more.length > 0) throw unlike(flag, assignment, 'NAME=VALUE such as gossip.D=6')
    const [option, parsed] = gossipParameter(flag, name, value)
    gossip[option] = parsed
  }
  return gossip
}

function gossipParameter(flag: string, name: string, text: string): [option: string, value: number | boolean] {
  const short = name.startsWith('gossip.') ? name.slice('gossip.'.length) : ''
  const parameter = Object.hasOwn(GOSSIP_PARAMETERS, short) ? GOSSIP_PARAMETERS[short] : undefined
  if (parameter === undefined) {
    const names = Object.keys(GOSSIP_PARAMETERS).map(each => `gossip.${each}`)
    throw new UsageError(`${flag} names ${name === '' ? 'nothing' : name}, there are ${names.join(', ')}`)
  }
  const where = `${flag} ${name}`
  const { option = short, isTaken, takes } = parameter
  if (isTaken === undefined) {
    if (text !== 'true' && text !== 'false') throw unlike(where, text, takes)
    return [option, text === 'true']
  }
  const value = plain(where, text, takes)
  if (!isTaken(value)) throw unlike(where, text, takes)
  return [option, value]
}
