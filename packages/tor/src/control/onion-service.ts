import { isAtLeast, parseVersion, WITH_POW } from '../core/version.ts'
import { parseArguments } from '../core/arguments.ts'
import { TorError } from '../errors.ts'
import { endpointText } from '../endpoint.ts'
import type { SocketAddress } from '../endpoint.ts'
import type { OnionKey } from '../onion/key.ts'
import type { ControlConnection } from './connection.ts'

/**
 * Streams that one rendezvous circuit may have open here; beyond it the circuit is closed. A peer needs one. So a flood
 * of connections needs a flood of circuits, which is what Tor's proof of work puts a price on.
 */
const MAX_STREAMS_PER_CIRCUIT = 8

/** 512: it does not know the argument. 513: it does not take its value, for instance as it was built without. */
const NOT_KNOWN = new Set([512, 513])

export interface OnionService {
  key: OnionKey
  port: number
  /** Where Tor is to hand connections to us. */
  target: SocketAddress
}

/** control-spec §3.27. The service lives as long as this control connection. Returns whether it is defended by proof of work. */
export async function addOnion(control: ControlConnection, { key, port, target }: OnionService): Promise<boolean> {
  const version = parseVersion(await control.info('version')) ?? []
  const command = (extra: string): string =>
    `ADD_ONION ${key.secret} Flags=MaxStreamsCloseCircuit ${extra}MaxStreams=${MAX_STREAMS_PER_CIRCUIT} Port=${port},${endpointText(target)}`
  if (isAtLeast(version, WITH_POW)) {
    const { code, lines } = await control.send(command('PoWDefensesEnabled=1 '))
    if (code === 250) return checked(lines[0]?.text, key, true)
    if (!NOT_KNOWN.has(code)) throw refused(code, lines.at(-1)?.text)
  }
  const { code, lines } = await control.send(command(''))
  if (code !== 250) throw refused(code, lines.at(-1)?.text)
  return checked(lines[0]?.text, key, false)
}

function checked(text: string | undefined, key: OnionKey, withPow: boolean): boolean {
  const { named } = parseArguments(text ?? '')
  if (named.get('ServiceID') === key.address) return withPow
  throw new TorError('control-failed', `Tor serves ${named.get('ServiceID')} for the key of ${key.address}`)
}

function refused(code: number, text: string | undefined): TorError {
  return new TorError('control-failed', `Tor refuses to serve our onion address: ${code} ${text ?? ''}`)
}

export async function removeOnion(control: ControlConnection, address: string): Promise<void> {
  await control.ask(`DEL_ONION ${address}`)
}
