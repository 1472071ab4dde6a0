import type { ControlConnection } from '../control/connection.ts'
import type { SocketAddress } from '../endpoint.ts'

/** Where a Tor comes from: one of our own, or one that runs already. */
export interface TorSource {
  /** Where it hands inbound connections to us. */
  readonly inbound: SocketAddress
  readonly pid: number | undefined
  /** What can be known before anything is started. @throws {TorError} */
  check: (signal: AbortSignal) => Promise<void>
  /** An authenticated control connection; starts Tor where it is ours. @throws {TorError} */
  open: (signal: AbortSignal) => Promise<ControlConnection>
  socks: (control: ControlConnection) => Promise<SocketAddress>
  /** Makes sure that what `open` started is gone. Returns what is to be said of it. */
  end: () => Promise<string | undefined>
  close: () => Promise<void>
}
