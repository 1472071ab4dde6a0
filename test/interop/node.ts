import { randomUUID } from 'node:crypto'
import { OURS } from './implementations.ts'
import { Peer } from './peer.ts'
import type { PeerLog } from './peer-log.ts'
import type { Implementation } from './implementations.ts'
import type { AnswerOf, ArgumentsOf, Name, Started } from './commands.ts'

export type Transport = 'tcp' | 'ws'
export type Kind = 'ours' | Implementation

const LISTEN: Record<Transport, string> = { tcp: '/ip4/127.0.0.1/tcp/0', ws: '/ip4/127.0.0.1/tcp/0/ws' }

/** A peer program whose node is running. */
export class Node implements AsyncDisposable {
  readonly peer: Peer
  readonly #started: Started

  private constructor(peer: Peer, started: Started) {
    this.peer = peer
    this.#started = started
  }

  static async start(name: string, kind: Kind, init: Partial<ArgumentsOf<'start'>> = {}): Promise<Node> {
    const peer = new Peer(name, kind === 'ours' ? OURS : kind.program)
    try {
      const started = await peer.call('start', { network: 'interop', listen: [LISTEN.tcp], ...init })
      return new Node(peer, started)
    } catch (error) {
      await peer[Symbol.asyncDispose]()
      throw withLogs(error, [peer.log])
    }
  }

  get name(): string {
    return this.peer.name
  }

  get id(): string {
    return this.#started.peer
  }

  call<N extends Name>(cmd: N, args?: ArgumentsOf<N>, timeoutMs?: number): Promise<AnswerOf<N>> {
    return this.peer.call(cmd, args, timeoutMs)
  }

  dial(other: Node, transport: Transport = 'tcp'): Promise<AnswerOf<'dial'>> {
    const address = other.#started.addrs.find(text => text.includes('/ws') === (transport === 'ws'))
    if (address === undefined) throw new Error(`${other.name} listens on no address of ${transport}`)
    return this.call('dial', { addr: address.includes('/p2p/') ? address : `${address}/p2p/${other.id}` })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.peer[Symbol.asyncDispose]()
  }
}

export function listenOn(transport: Transport): string[] {
  return [LISTEN[transport]]
}

/** A topic of an application, of this name alone. */
export function newTopic(): string {
  return `/stoa/interop/topic/${randomUUID()}`
}

/** The same error, with what each peer was told, answered and logged. */
export function withLogs(error: unknown, logs: readonly PeerLog[]): Error {
  const failure = error instanceof Error ? error : new Error(String(error))
  failure.message = [failure.message, ...logs.map(log => log.tail())].join('\n')
  return failure
}
