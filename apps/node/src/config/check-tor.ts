import { isOnionAddress } from '@stoa/discovery'
import { multiaddr } from '@multiformats/multiaddr'
import { ConfigError } from './error.ts'
import type { NodeConfig, OptionName } from './options.ts'

const TOR_OPTIONS = [
  'torBridge',
  'torSocks',
  'torControl',
  'torPasswordFile',
  'torProgram',
  'torPort',
  'torrc',
] as const

/** What finds peers in the open, or makes the node reachable there. */
const IN_THE_OPEN = ['mdns', 'nat'] as const

/**
 * Options that go together with Tor and those that do not. Said here in the words of the command line; the stack checks again.
 * @param where - how an option was given, as the user would say it; undefined for one that was not
 * @throws {ConfigError} `bad-option` or `clearnet-address`
 */
export function checkTor(config: NodeConfig, where: (name: OptionName) => string | undefined): NodeConfig {
  if (!config.tor) {
    const useless = TOR_OPTIONS.map(where).find(given => given !== undefined)
    if (useless !== undefined) throw new ConfigError(`${useless} says something of Tor; to be in Tor takes --tor`)
    return config
  }
  if (config.torBridge) return config
  for (const name of ['listen', 'announce', 'bootstrap'] as const) {
    const clear = config[name]?.find(address => !isOnionAddress(multiaddr(address)))
    if (clear !== undefined) throw clearnet(where(name) ?? name, name, clear)
  }
  for (const name of IN_THE_OPEN) {
    if (where(name) !== undefined && config[name]) {
      throw new ConfigError(`${where(name)} is true; with --tor nothing is looked for or opened outside of Tor`)
    }
  }
  // what a clock says tells machines apart (spec/measure.md §6): only who asks for it is measured in Tor
  return { ...config, mdns: false, nat: false, measure: where('measure') !== undefined && config.measure }
}

function clearnet(given: string, name: 'listen' | 'announce' | 'bootstrap', address: string): ConfigError {
  const takes =
    name === 'listen'
      ? 'the node listens on its onion address alone. --tor-bridge makes it live in both worlds, and shows everybody that its onion address and its IP address are one node'
      : 'it takes onion addresses alone, such as /onion3/….:4001/p2p/12D3KooW…'
  return new ConfigError(`${given} has ${JSON.stringify(address)}; with --tor ${takes}`, { code: 'clearnet-address' })
}
