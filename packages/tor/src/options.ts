/** Where a Tor listens for us: `HOST:PORT` on this machine, or `unix:/path`. */
export type TorEndpoint = string

export interface TorInit {
  /** SOCKS port of a Tor that runs already. Without it a Tor of our own is started. */
  socks?: TorEndpoint
  /** Control port of that Tor. */
  control?: TorEndpoint
  /** Password of that control port, when it takes no cookie. */
  controlPassword?: string
  /** The program to start. Default: `tor`, in PATH. */
  program?: string
  /** More lines of torrc for the Tor that is started, for example those of a private network. */
  torrc?: readonly string[]
  /** The port of our onion address. */
  port?: number
  /** Connections that others may open to us each second, over all of Tor: they all look alike. */
  maxInboundPerSecond?: number
  /** How long Tor may take to bootstrap, in ms, before the start fails. */
  bootstrapTimeoutMs?: number
  /** How long one dial may take, in ms: circuits take their time. */
  dialTimeoutMs?: number
}
