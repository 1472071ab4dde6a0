import { authenticate } from '../control/authenticate.ts'
import { ControlConnection } from '../control/connection.ts'
import { parseArguments } from '../core/arguments.ts'
import { parseEndpoint } from '../endpoint.ts'
import { TorError } from '../errors.ts'
import { checkVersion } from './tor-version.ts'
import type { SocketAddress } from '../endpoint.ts'
import type { ExistingTor } from '../options.ts'
import type { TorSource } from './source.ts'

/** A Tor that runs already: nothing of it is started or stopped, and our onion service leaves with our control connection. */
export class RunningTor implements TorSource {
  readonly inbound: SocketAddress
  readonly pid = undefined

  readonly #existing: ExistingTor
  readonly #control: SocketAddress
  readonly #timeoutMs: number

  constructor(existing: ExistingTor, control: SocketAddress, timeoutMs: number) {
    this.#existing = existing
    this.#control = control
    this.#timeoutMs = timeoutMs
    this.inbound = existing.inbound
  }

  async check(): Promise<void> {}

  async open(signal: AbortSignal): Promise<ControlConnection> {
    const control = await ControlConnection.open(this.#control, this.#timeoutMs, signal)
    try {
      await authenticate(control, this.#existing.controlPassword)
      checkVersion('the Tor of the control port', await control.info('version'))
      return control
    } catch (error) {
      await control.close()
      throw error
    }
  }

  /** The one that was named, else the first it says it has. */
  async socks(control: ControlConnection): Promise<SocketAddress> {
    if (this.#existing.socks !== undefined) return this.#existing.socks
    const [first] = parseArguments(await control.info('net/listeners/socks')).words
    if (first === undefined) throw new TorError('bad-option', 'that Tor has no SOCKS port; set SocksPort in its torrc')
    return parseEndpoint('SocksPort of that Tor', first)
  }

  end(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  async close(): Promise<void> {}
}
