import { defineProtocol, direct } from '@stoa/direct'
import { text } from '@stoa/codec'
import { createNetwork } from '@stoa/testkit'
import { expect } from 'vitest'
import type { DirectCode, DirectError, DirectInit, DirectService, ProtocolStatus } from '@stoa/direct'
import type { Network, NodeOverrides, TestNode, TransportKind } from '@stoa/testkit'

export interface Services {
  [name: string]: unknown
  direct: DirectService
}

export type DirectNode = TestNode<Services>

export interface PairInit {
  asking?: DirectInit
  answering?: DirectInit
  transport?: TransportKind
  libp2p?: (index: number) => NodeOverrides
  /** Whether the two are connected from the start. */
  connected?: boolean
}

export interface Pair extends AsyncDisposable {
  readonly network: Network<Services>
  readonly asker: DirectNode
  readonly answerer: DirectNode
}

/** Text in, text out. */
export const echo = defineProtocol({ id: '/test/echo/1.0.0', request: text, response: text })

export async function directNetwork(
  size: number,
  options: (index: number) => DirectInit = () => ({}),
): Promise<Network<Services>> {
  return createNetwork<Services>({ size, services: index => ({ direct: direct(options(index)) }) })
}

/** Two nodes: one asks, one answers. */
export async function directPair(init: PairInit = {}): Promise<Pair> {
  const network = await createNetwork<Services>({
    size: 2,
    transport: init.transport ?? 'memory',
    topology: init.connected === false ? 'none' : 'full',
    services: index => ({ direct: direct(index === 0 ? init.asking : init.answering) }),
    libp2p: init.libp2p,
  })
  return {
    network,
    asker: network.node(0),
    answerer: network.node(1),
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  }
}

const NOTHING_YET = {
  requestsSent: 0,
  answersReceived: 0,
  requestsFailed: 0,
  requestsHandled: 0,
  requestsRefused: 0,
  requestsInvalid: 0,
  handlersFailed: 0,
  streamsCut: 0,
  streamsOut: 0,
  streamsIn: 0,
  requestsInFlight: 0,
  handlersRunning: 0,
} satisfies Omit<ProtocolStatus, 'protocol'>

export function statusOf(node: DirectNode, protocol: { id: string } = echo): ProtocolStatus {
  const status = node.services.direct.status().find(entry => entry.protocol === protocol.id)
  return status ?? { protocol: protocol.id, ...NOTHING_YET }
}

/** The code a request ended with; fails when it was answered. */
export async function codeOf(request: Promise<unknown>): Promise<DirectCode> {
  return (await errorOf(request)).code
}

export async function errorOf(request: Promise<unknown>): Promise<DirectError> {
  try {
    await request
  } catch (error) {
    expect(error).toMatchObject({ name: 'DirectError' })
    return error as DirectError
  }
  throw new Error('the request was answered')
}

/** A handler's promise that the test resolves. */
export function gate<T = void>(): PromiseWithResolvers<T> {
  return Promise.withResolvers<T>()
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
