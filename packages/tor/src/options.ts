import { parseEndpoint } from './endpoint.ts'
import { TorError } from './errors.ts'
import type { SocketAddress, TorEndpoint } from './endpoint.ts'

export interface TorInit {
  /** SOCKS port of a Tor that runs already. Without it, and without `control`, a Tor of our own is started. */
  socks?: TorEndpoint
  /** Control port of that Tor. Without it there is no onion service: we dial and are not reachable. */
  control?: TorEndpoint
  /** Password of that control port, when it takes no cookie. */
  controlPassword?: string
  /** Where that Tor hands inbound connections to us. Default: a free port of 127.0.0.1. Our own Tor has a unix socket. */
  inbound?: TorEndpoint
  /** The program to start. Default: `tor`, in PATH. */
  program?: string
  /** More lines of torrc for the Tor that is started, for example those of a private network. */
  torrc?: readonly string[]
  /** The port of our onion address. */
  port?: number
  /** Connections that others may open to us each second, over all of Tor: they all look alike. Four times that in a burst. */
  maxInboundPerSecond?: number
  /** Inbound connections that have not finished their handshake. Below libp2p's own limit, which refuses what comes last. */
  maxPendingInbound?: number
  /** Dials under way at a time. */
  maxPendingDials?: number
  /** How long Tor may take to bootstrap, in ms, before the start fails. */
  bootstrapTimeoutMs?: number
  /** How long one dial may take, in ms: circuits take their time. */
  dialTimeoutMs?: number
  /** How long the control port may take to answer, in ms. A Tor of our own that does not is killed and started again. */
  controlTimeoutMs?: number
  /** How often the control port is asked whether it is still there, in ms. */
  keepAliveMs?: number
  /** Until Tor is started again when it ended, in ms. Doubled each time… */
  restartMs?: number
  /** …up to this, in ms. */
  maxRestartMs?: number
}

type Optional = 'socks' | 'control' | 'controlPassword' | 'inbound'

export const DEFAULTS = {
  program: 'tor',
  torrc: [],
  /** As libp2p's own nodes have it. It is part of the address, and nothing listens on it but our onion service. */
  port: 4001,
  maxInboundPerSecond: 16,
  maxPendingInbound: 24,
  maxPendingDials: 64,
  bootstrapTimeoutMs: 120_000,
  dialTimeoutMs: 60_000,
  controlTimeoutMs: 10_000,
  keepAliveMs: 15_000,
  restartMs: 500,
  maxRestartMs: 60_000,
} as const satisfies Required<Omit<TorInit, Optional>>

/** Where an existing Tor is. */
export interface ExistingTor {
  socks?: SocketAddress
  control?: SocketAddress
  controlPassword?: string
  inbound: SocketAddress
}

export type TorOptions = Readonly<Required<Omit<TorInit, Optional>>> & {
  /** Without it a Tor of our own is started. */
  readonly existing?: Readonly<ExistingTor>
}

type NumberName = Exclude<keyof typeof DEFAULTS, 'program' | 'torrc'>

const LONGEST_TIMER_MS = 2 ** 31 - 1
const LARGEST: Record<NumberName, number> = {
  port: 65_535,
  maxInboundPerSecond: 1_000_000,
  maxPendingInbound: 1_000_000,
  maxPendingDials: 1_000_000,
  bootstrapTimeoutMs: LONGEST_TIMER_MS,
  dialTimeoutMs: LONGEST_TIMER_MS,
  controlTimeoutMs: LONGEST_TIMER_MS,
  keepAliveMs: LONGEST_TIMER_MS,
  restartMs: LONGEST_TIMER_MS,
  maxRestartMs: LONGEST_TIMER_MS,
}

/** @throws {TorError} `bad-option` */
export function resolveOptions(init: TorInit): TorOptions {
  const given = Object.fromEntries(
    Object.entries(init).filter(([name, value]) => name in DEFAULTS && value !== undefined),
  )
  const options: Required<Omit<TorInit, Optional>> = { ...DEFAULTS, ...given }
  for (const name of Object.keys(LARGEST) as NumberName[]) checkInteger(name, options[name], LARGEST[name])
  if (options.maxRestartMs < options.restartMs) {
    throw badOption('maxRestartMs', options.maxRestartMs, `at least restartMs, ${options.restartMs}`)
  }
  if (options.program === '' || options.program.includes('\0')) {
    throw badOption('program', options.program, 'the name or path of a program')
  }
  for (const line of options.torrc) {
    if (/[\r\n\0]/.test(line)) throw badOption('torrc', line, 'one line of torrc in each element')
  }
  return { ...options, existing: existing(init) }
}

function existing(init: TorInit): ExistingTor | undefined {
  const { socks, control, controlPassword, inbound } = init
  if (socks === undefined && control === undefined) {
    if (controlPassword !== undefined) throw badOption('controlPassword', '…', 'nothing without control')
    if (inbound !== undefined) throw badOption('inbound', inbound, 'nothing without control')
    return undefined
  }
  if (init.program !== undefined || init.torrc !== undefined) {
    throw new TorError(
      'bad-option',
      'program and torrc are for a Tor of our own, socks and control for one that runs already',
    )
  }
  return {
    socks: socks === undefined ? undefined : parseEndpoint('socks', socks),
    control: control === undefined ? undefined : parseEndpoint('control', control),
    controlPassword,
    inbound: parseEndpoint('inbound', inbound ?? '127.0.0.1:0'),
  }
}

function checkInteger(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return
  throw badOption(name, value, `an integer from 1 to ${most.toLocaleString('en')}`)
}

function badOption(name: string, value: string | number, takes: string): TorError {
  return new TorError('bad-option', `${name} is ${JSON.stringify(value)}, it takes ${takes}`)
}
